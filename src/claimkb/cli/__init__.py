"""The command line. `claimkb --help` lists the commands; each says in its own --help what it does and shows an example."""

import logging
import sys

import typer
from pydantic import ValidationError
from rich.console import Console

from claimkb import logs
from claimkb.cli.commands import app
from claimkb.cli.reading import command
from claimkb.cli.serving import CannotServe
from claimkb.cli.tables import shown
from claimkb.domain.record import plain
from claimkb.domain.refusals import Refusal
from claimkb.domain.several import Several
from claimkb.outbound.delivering import NotSent
from claimkb.seeding import BadStory
from claimkb.settings import Settings
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

REFUSED = 1
USAGE = 2
UNAVAILABLE = 3
CRASHED = 70
"""EX_SOFTWARE of sysexits.h."""

for driver in ("psycopg", "sqlalchemy"):  # what they warn of as they roll back, the line of the command says already
    logging.getLogger(driver).addHandler(logging.NullHandler())


def _say(message: str) -> None:
    """Tell what is wrong, in one line."""
    Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(f"claimkb: {shown(message)}")


def _say_usage(wrong: typer.TyperException) -> None:
    """Tell of wrong usage as of any other mistake; where nothing was asked for, the help is printed already."""
    message = " ".join(wrong.format_message().split()).replace(": Value error, ", ": ").removesuffix(".")
    if message:
        path = getattr(getattr(wrong, "ctx", None), "command_path", "claimkb")
        _say(f"{message}{'' if message.endswith('?') else '.'} See {path} --help.")


def main() -> None:
    """Run a command. A mistake is told in one line, and the exit code says of what kind it is."""
    try:
        with command():
            sys.exit(app(prog_name="claimkb", standalone_mode=False) or 0)
    except typer.TyperException as wrong:
        _say_usage(wrong)
        sys.exit(wrong.exit_code)
    except Several as refused:
        for each in refused.refusals:
            _say(str(each))
        sys.exit(REFUSED)
    except (Refusal, BadStory, NotSent) as refused:
        _say(str(refused))
        sys.exit(REFUSED)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        setting = f"CLAIMKB_{name.upper()}" if invalid.title == Settings.__name__ and name else name
        _say(f"{setting}: {plain(first['type'], first['msg'])}".removeprefix(": "))
        sys.exit(USAGE)
    except TookTooLong as stopped:
        _say(f"This took too long and was stopped in the database; nothing has changed: {stopped}.")
        sys.exit(UNAVAILABLE)
    except (DatabaseUnavailable, CannotServe) as unavailable:
        _say(str(unavailable))
        sys.exit(UNAVAILABLE)
    except OSError as error:
        _say(f"{error.filename or 'The output'}: {error.strerror}")
        sys.exit(UNAVAILABLE)
    except Exception:  # noqa: BLE001 - a trace of Python's own would show whatever was in an error's message
        _say(f"This is a mistake in claimkb; tell us of it, with what follows.\n{logs.as_text(logs.trace(sys.exc_info()))}")
        sys.exit(CRASHED)
