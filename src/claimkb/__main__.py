"""Lets `claimkb`, and `python -m claimkb`, run a command."""

import pkgutil

from claimkb.loading import loading


def main() -> None:
    """Load the commands, and run one."""
    with loading():
        run = pkgutil.resolve_name("claimkb.cli:main")
    run()


if __name__ == "__main__":
    main()
