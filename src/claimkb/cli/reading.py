"""What do commands share? How they open the desk, read a day, and print JSON."""

import json
from datetime import date, datetime
from typing import Annotated, Any

import typer

from claimkb.actions.work import Desk
from claimkb.settings import Settings, open_desk
from claimkb.store import migrations

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of a table.")]


def open_current_desk() -> Desk:
    """Open the desk, and refuse a database whose tables this program does not know."""
    desk = open_desk(Settings())
    migrations.require_current(desk.database)
    return desk


def day(text: str) -> date:
    """Read a day of the calendar."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day of the calendar: write it as 2025-11-19.") from None


def print_json(value: Any) -> None:
    """Print JSON, as it is; instants to the minute."""

    def written(each: date | datetime) -> str:
        return each.isoformat(timespec="minutes") if isinstance(each, datetime) else each.isoformat()

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=written))
