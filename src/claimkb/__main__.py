"""Lets `claimkb`, and `python -m claimkb`, run a command."""

from claimkb.loading import loading


def main() -> None:
    """Load the commands, and run one."""
    with loading():
        from claimkb import cli
    cli.main()


if __name__ == "__main__":
    main()
