"""Makes `python -m analogs` the command `analogs`."""

import sys

from analogs.cli import main

if __name__ == "__main__":
    sys.exit(main())
