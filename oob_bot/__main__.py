"""`python -m oob_bot` is `oob`."""

import sys

from oob_bot import main

if __name__ == "__main__":
    sys.exit(main())
