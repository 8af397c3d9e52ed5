"""``python -m polykeras``."""

import sys

from polykeras.cli import main

if __name__ == "__main__":
    sys.exit(main())
