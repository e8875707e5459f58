"""``python -m analogs`` is the command `analogs`."""

from analogs.cli import main

if __name__ == "__main__":
    main()
