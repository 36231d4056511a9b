"""How are records shown on the terminal? Their ids whole, however narrow it is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlmodel import Session

from claimkb import domain
from claimkb.domain import Claim, Prediction
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id, parse_uuid
from claimkb.domain.timeliness import days_overdue, timeliness
from claimkb.domain.visible import visible
from claimkb.store.engine import relationships
from claimkb.store.engine.relationships import Relationship

Row = dict[str, Any]
"""A record as JSON shows it: the names of the API, and their values."""

out = Console(highlight=False)
aside = Console(stderr=True, highlight=False)

DAY, ID = len("2025-11-19"), len("1df0690a-b80a-5dae-8c18-d3fd3e97f341")
BORDERS = 3
"""How many columns of a terminal stand beside each column of a table."""


def say(line: str = "") -> None:
    """Print a line as it is: a terminal may wrap it, a pipe gets it whole."""
    out.print(shown(line), soft_wrap=True, markup=False)


def shown(text: str) -> str:
    """Write a text, which may have several lines, without control characters."""
    return "\n".join(map(visible, text.split("\n")))


def tell(line: str) -> None:
    """Print a line for the person, beside the output that goes into a file or to another program."""
    aside.print(shown(line), soft_wrap=True, markup=False)


def described(session: Session, rows: list[Prediction], today: date) -> list[Row]:
    """Describe predictions for a list, in two statements for all of them."""
    claims = relationships.ones(session, Relationship(domain.Claim), [row.claim_id for row in rows])
    claimants = relationships.ones(session, Relationship(domain.Claimant), [claim and claim.claimant_id for claim in claims])
    return [
        {
            "id": global_id("Prediction", row.id),
            "uuid": str(row.id),
            "question": row.question,
            "claimant": claimant.name if claimant else None,
            "status": row.status.value,
            "timeliness": timeliness(row, today).value,
            "dueOn": row.due_on and row.due_on.isoformat(),
            "bound": row.bound.value,
            "answerFrom": row.answer_from and row.answer_from.isoformat(),
            "reviewOn": row.review_on and row.review_on.isoformat(),
            "daysOverdue": days_overdue(row, today),
        }
        for row, claimant in zip(rows, claimants, strict=True)
    ]


def described_claims(session: Session, rows: list[Claim]) -> list[Row]:
    """Describe claims for a list, in one statement for all of them."""
    claimants = relationships.ones(session, Relationship(domain.Claimant), [row.claimant_id for row in rows])
    return [
        {
            "id": global_id("Claim", row.id),
            "uuid": str(row.id),
            "statement": row.statement,
            "claimant": claimant.name if claimant else None,
            "kind": row.kind.value,
            "voice": row.voice.value,
            "checkWorthiness": row.check_worthiness.value,
            "isHedged": row.is_hedged,
            "saidOn": row.said_on and row.said_on.isoformat(),
            "saidOnPrecision": row.said_on_precision and row.said_on_precision.value,
            "isRetracted": row.retracted_at is not None,
        }
        for row, claimant in zip(rows, claimants, strict=True)
    ]


def show(rows: list[Row], title: str) -> None:
    """Print predictions, each with the id that commands such as `claimkb resolve` take."""
    entries = []
    for row in rows:
        dated = f"due {row['dueOn']}" if row["dueOn"] else f"review {row['reviewOn']}"
        bound = [row["bound"]] if row["bound"] != "BY" else []
        known = [f"answer {row['answerFrom']}"] if row["answerFrom"] else []
        late = [f"{counted(row['daysOverdue'], 'day')} ago"] if row["daysOverdue"] else []
        said = written(row["question"], row["claimant"] or "nobody named", row["uuid"])
        entries.append(Entry([dated, *bound, *known, *late, row["timeliness"]], said))
    show_entries(entries, title, "When", "Prediction, who says so, and its id")


def show_claims(rows: list[Row], title: str) -> None:
    """Print claims, each with its id."""
    entries = []
    for row in rows:
        also = [word for word, holds in (("hedged", row["isHedged"]), ("RETRACTED", row["isRetracted"])) if holds]
        said = written(row["statement"], row["claimant"] or "nobody named", row["uuid"])
        entries.append(Entry([row["kind"], row["voice"], *also], said))
    show_entries(entries, title, "What", "Claim, who says so, and its id")


class Entry(NamedTuple):
    """A row of two columns: its sort key in a few words, and its text, with the id last."""

    aside: list[str]
    lines: list[Text]


def written(*lines: str) -> list[Text]:
    """Write lines for a table, without control characters."""
    return [Text(visible(line)) for line in lines]


def show_entries(entries: list[Entry], title: str, aside: str, about: str) -> None:
    """Print entries as a table; where the terminal is too narrow for a whole id in it, one below the other."""
    widest = max((len(each) for entry in entries for each in entry.aside), default=len(aside))
    if widest + ID + 2 * BORDERS + 1 > out.width:
        say(title)
        for entry in entries:
            say(f"\n{' · '.join(entry.aside)}")
            for line in entry.lines:
                out.print(line, soft_wrap=True)
        return
    table = Table(title=title, title_justify="left", expand=True)
    table.add_column(aside, no_wrap=True)
    table.add_column(about, ratio=1)
    for entry in entries:
        table.add_row("\n".join(entry.aside), Text("\n").join(entry.lines), end_section=True)
    out.print(table)


def show_plain(rows: Sequence[Mapping[str, object]], title: str) -> None:
    """Print rows as a table, a column for each of their names; neither days nor ids are broken.

    Where the terminal is too narrow for that, each value has a line of its own.
    """
    texts = [{name: _plain(value) for name, value in row.items()} for row in rows]
    longest = {name: max(len(row[name]) for row in texts) for name in rows[0]}
    whole = {name for name in rows[0] if longest[name] <= DAY or all(parse_uuid(row[name]) for row in texts)}
    least = sum(max(len(name), longest[name] if name in whole else min(longest[name], DAY)) for name in rows[0])
    if least + BORDERS * len(longest) + 1 > out.width:
        say(title)
        for row in texts:
            say()
            for name, value in row.items():
                if value:
                    say(f"{name}: {value}")
        return
    table = Table(title=title, title_justify="left")
    for name in rows[0]:
        table.add_column(name, overflow="fold", no_wrap=name in whole)
    for row in texts:
        table.add_row(*(Text(value) for value in row.values()))
    out.print(table)


def _plain(value: object) -> str:
    """Write a value for a table: an instant as its day, in UTC; JSON has the minute."""
    if isinstance(value, datetime):
        value = value.date()
    return "" if value is None else shown(str(value))
