"""What does the database hold in the end, against what was said? Its history is folded into rows, and these are compared."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Account, Announcement, Channel, Revision, Token
from claimkb.domain.announcement import Topic
from claimkb.domain.verification import Finding, Trace
from claimkb.store import verification
from claimkb.store.engine.database import Database
from tests.faults.clients import Ledger, Said

UNTOLD = {each.__name__ for each in (Account, Token, Channel)}
"""What is not announced."""

IN_HISTORY = {Trace.REVISION, Trace.CHAIN}
"""The findings that are about the history alone."""


@dataclass
class Found:
    """What is wrong, each as a list of what it is."""

    acknowledged: int
    lost: list[str]
    half_done: list[str]
    gaps: list[str]
    told_wrongly: list[str]

    def is_fine(self) -> bool:
        """Tell whether nothing is wrong."""
        return not (self.lost or self.half_done or self.gaps or self.told_wrongly)


def check(url: str, ledger: Ledger, since: int) -> Found:
    """Compare a database with what was said of the changes that were asked for since a place in the ledger."""
    database = Database(url)
    try:
        with database.read() as session:
            history = list(session.scalars(sa.select(Revision).order_by(col(Revision.version))))
            half = _unannounced(session, history)
        found = list(verification.find(database))
    finally:
        database.close()
    marks = _marks(history)
    asked = ledger.changes[since:]
    done = [each for each in asked if each.said is Said.DONE]
    wrongly = [f"shown as another: {each.mark}" for each in done if each.is_shown_wrongly]
    wrongly += [
        f"done {marks[each.mark]} times, said {each.said.value} ({each.code}): {each.mark}"
        for each in asked
        if _is_wrong(each, marks)
    ]
    lost = [each.mark for each in done if marks[each.mark] == 0]
    gaps = [_written(each) for each in found if each.trace in IN_HISTORY]
    half += [_written(each) for each in found if each.trace not in IN_HISTORY]
    return Found(len(done), lost, half, gaps, wrongly)


def _written(finding: Finding) -> str:
    """Write a finding in a line."""
    return " ".join(str(said) for said in finding.row().values() if said is not None)


def _is_wrong(change: Any, marks: Counter[str]) -> bool:
    """Tell whether something else was said of a change than what became of it. One that is lost is counted as that."""
    times = marks[change.mark]
    return times > 1 or (times == 1 and change.said is Said.NOT_DONE) or change.code == "INTERNAL_SERVER_ERROR"


def _marks(history: list[Revision]) -> Counter[str]:
    """Count in how many changes each mark is written: a change may write it to one record, and give it as its reason to others."""
    found: dict[str, set[tuple[Any, str]]] = defaultdict(set)
    for each in history:
        for text in (each.reason, *json.loads(each.after).values()):
            if isinstance(text, str) and text.startswith("mark "):
                found[text].add((each.recorded_at, each.action))
    return Counter({mark: len(changes) for mark, changes in found.items()})


def _unannounced(session: Session, history: list[Revision]) -> list[str]:
    """List the revisions that nobody is told of, or twice."""
    told = Counter(session.scalars(sa.select(col(Announcement.record_id)).where(col(Announcement.topic) == Topic.REVISION)))
    return [
        f"announced {told[each.id]} times: {each.id}" for each in history if each.record_type not in UNTOLD and told[each.id] != 1
    ]
