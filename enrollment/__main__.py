"""`python -m enrollment`: the command line."""

from enrollment.cli import main

main()
