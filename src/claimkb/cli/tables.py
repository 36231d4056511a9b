"""How are predictions shown on the terminal?"""

from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlmodel import Session

from claimkb import domain
from claimkb.domain import Prediction
from claimkb.domain.reference import global_id
from claimkb.domain.timeliness import days_overdue, timeliness
from claimkb.domain.visible import visible
from claimkb.store import edges
from claimkb.store.edges import Edge

out = Console(highlight=False)
aside = Console(stderr=True, highlight=False)


def say(line: str = "") -> None:
    """Print a line as it is: a terminal may wrap it, a pipe gets it whole."""
    out.print(shown(line), soft_wrap=True, markup=False)


def shown(text: str) -> str:
    """Write a text, which may have several lines, without what would steer a terminal."""
    return "\n".join(map(visible, text.split("\n")))


def tell(line: str) -> None:
    """Print a line for the person, beside the output that goes into a file or to another program."""
    aside.print(shown(line), soft_wrap=True, markup=False)


def described(session: Session, rows: list[Prediction], today: date) -> list[dict[str, Any]]:
    """Say of each prediction what a person wants to know of it, in two statements for all."""
    claims = edges.ones(session, Edge(domain.Claim), [row.claim_id for row in rows])
    claimants = edges.ones(session, Edge(domain.Claimant), [claim and claim.claimant_id for claim in claims])
    return [
        {
            "id": global_id("Prediction", row.id),
            "uuid": str(row.id),
            "question": row.question,
            "claimant": claimant.name if claimant else None,
            "status": row.status.value,
            "timeliness": timeliness(row, today).value,
            "dueOn": row.due_on and row.due_on.isoformat(),
            "reviewOn": row.review_on and row.review_on.isoformat(),
            "daysOverdue": days_overdue(row, today),
        }
        for row, claimant in zip(rows, claimants, strict=True)
    ]


def show(rows: list[dict[str, Any]], title: str) -> None:
    """Print predictions as a table; the id on its own line is what `claimkb resolve` takes."""
    table = Table(title=title, title_justify="left", expand=True)
    table.add_column("When", no_wrap=True)
    table.add_column("Prediction, who says so, and its id", ratio=1)
    for row in rows:
        dated = f"due {row['dueOn']}" if row["dueOn"] else f"review {row['reviewOn']}"
        late = f"\n{row['daysOverdue']} days ago" if row["daysOverdue"] else ""
        said = row["claimant"] or "nobody named"
        table.add_row(
            f"{dated}{late}\n{row['timeliness']}",
            Text(f"{visible(row['question'])}\n{visible(said)}\n{row['uuid']}"),
            end_section=True,
        )
    out.print(table)


def show_plain(rows: list[dict[str, Any]], title: str) -> None:
    """Print rows as a table, a column for each of their names; what is as short as a day is not broken."""
    table = Table(title=title, title_justify="left")
    for name in rows[0]:
        is_short = all(len(_plain(row[name])) <= len("2025-11-19") for row in rows)
        table.add_column(name, overflow="fold", no_wrap=is_short)
    for row in rows:
        table.add_row(*(Text(_plain(value)) for value in row.values()))
    out.print(table)


def _plain(value: Any) -> str:
    """Write a value for a table: an instant as its day, in UTC; JSON has the minute."""
    if isinstance(value, datetime):
        value = value.date()
    return "" if value is None else shown(str(value))
