"""Lets `python -m claimkb` do what `claimkb` does."""

from claimkb.cli import main

main()
