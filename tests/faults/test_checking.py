"""The campaign's table is zeros only where nothing is wrong: each thing that can be wrong is found."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import claims
from claimkb.actions.work import Desk
from claimkb.domain import Announcement, Claim, Revision
from claimkb.domain.reference import global_id
from tests import ghosts
from tests.builders import a_claim, do
from tests.faults.checking import Found, check
from tests.faults.clients import CLAIM, Change, Ledger, Said


@pytest.fixture
def changed(desk: Desk) -> tuple[Claim, Ledger]:
    """Give a claim that was changed twice, and what was said of that."""
    claim, ledger = a_claim(desk), Ledger()
    for mark in ("mark one", "mark two"):
        do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim.id, statement=mark))
        ledger.changes.append(Change(CLAIM, {"m": mark, "id": str(claim.id)}, said=Said.DONE, times=1))
    return claim, ledger


def checked(desk: Desk, ledger: Ledger) -> Found:
    """Check what a desk's database holds."""
    return check(desk.database.url.render_as_string(hide_password=False), ledger, 0)


def test_nothing_is_wrong_where_all_that_was_acknowledged_is_there(desk: Desk, changed: tuple[Claim, Ledger]) -> None:
    assert checked(desk, changed[1]) == Found(2, [], [], [], [])


@pytest.mark.parametrize(
    ("said", "code", "text"),
    [
        (Said.NOT_DONE, "DATABASE_LOCKED", "done 1 times, said not done (DATABASE_LOCKED): mark two"),
        (Said.UNKNOWN, "INTERNAL_SERVER_ERROR", "done 1 times, said unknown (INTERNAL_SERVER_ERROR): mark two"),
    ],
)
def test_what_is_said_otherwise_than_it_is_is_found(
    desk: Desk, changed: tuple[Claim, Ledger], said: Said, code: str, text: str
) -> None:
    change = changed[1].changes[-1]
    change.said, change.code = said, code
    assert checked(desk, changed[1]) == Found(1, [], [], [], [text])


def test_what_is_acknowledged_and_not_there_is_found(desk: Desk, changed: tuple[Claim, Ledger]) -> None:
    changed[1].changes.append(Change(CLAIM, {"m": "mark three"}, said=Said.DONE))
    assert checked(desk, changed[1]) == Found(3, ["mark three"], [], [], [])


def test_an_answer_that_shows_another_change_is_found(desk: Desk, changed: tuple[Claim, Ledger]) -> None:
    change = changed[1].changes[-1]
    change.read({"data": {"do": {"userErrors": [], "it": {"mark": "mark one", "version": 2}}}})
    assert checked(desk, changed[1]) == Found(2, [], [], [], ["shown as another: mark two"])


def test_a_repeat_that_changes_nothing_says_nothing_of_the_time_before_it() -> None:
    outage = {"errors": [{"extensions": {"code": "DATABASE_LOCKED"}}]}
    first, repeated = (Change(CLAIM, {"m": "mark one"}, times=times) for times in (1, 2))
    for each in (first, repeated):
        each.read(outage)
    assert (first.said, repeated.said) == (Said.NOT_DONE, Said.UNKNOWN)


def _ghost(desk: Desk, _: Claim) -> None:
    ghosts.an_outcome_that_was_never_recorded(desk)


def _edit(desk: Desk, _: Claim) -> None:
    with desk.database.connection() as connection:
        connection.exec_driver_sql("UPDATE claim SET statement = 'mark two.'")


def _unannounce(desk: Desk, claim: Claim) -> None:
    newest = sa.select(col(Revision.id)).where(col(Revision.record_id) == claim.id).order_by(col(Revision.version).desc()).limit(1)
    _delete(desk, Announcement, col(Announcement.record_id) == newest.scalar_subquery())


def _delete(desk: Desk, kind: type[Any], where: Any) -> None:
    """Delete what is never deleted."""
    table = kind.__tablename__
    with desk.database.connection() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER keep_{table}_delete" + ("" if desk.database.is_sqlite else f" ON {table}"))
        connection.execute(sa.delete(kind).where(where))


@pytest.mark.parametrize("harm", [_ghost, _edit, _unannounce])
def test_half_of_a_change_is_found(desk: Desk, changed: tuple[Claim, Ledger], harm: Callable[[Desk, Claim], None]) -> None:
    harm(desk, changed[0])
    found = checked(desk, changed[1])
    assert (found.acknowledged, bool(found.half_done), found.gaps, found.lost, found.told_wrongly) == (2, True, [], [], [])


def test_a_gap_in_the_history_is_found(desk: Desk, changed: tuple[Claim, Ledger]) -> None:
    claim, ledger = changed
    _delete(desk, Revision, (col(Revision.record_id) == claim.id) & (col(Revision.version) == 2))
    found = checked(desk, ledger)
    assert found.gaps == [f"CHAIN Claim {global_id('Claim', claim.id)} {claim.id} 3"]
    assert found.lost == ["mark one"]
