"""`python -m enrollment`: the command line."""

import sys

try:
    from enrollment.cli import main
except KeyboardInterrupt:
    # Nothing has been opened yet, so nothing needs saying.
    sys.exit(1)

main()
