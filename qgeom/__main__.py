"""``python -m qgeom`` is the command `qgeom`."""

from qgeom.cli import main

if __name__ == "__main__":
    main()
