"""A migration that is stopped at any of its statements leaves the database as it was, and the next run does it whole."""

from itertools import count

import pytest
import sqlalchemy as sa
from alembic import command

from claimkb.actions import outcomes
from claimkb.actions.work import Desk
from claimkb.store import migrations, revisions
from tests.builders import IS_LONG, a_claim, a_claimant, a_fact, a_prediction, a_source, do, everything, resolved, reviewed
from tests.stops import Crashed, after, crash

BEFORE = "0014"
"""The tables of claimkb 0.2.0."""

STRIDE = 1 if IS_LONG else 23
"""How many statements lie between two at which the migration is stopped."""


@pytest.fixture(autouse=True)
def _hashed_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute the hashes of revisions as the versions did that these tests go back to."""
    monkeypatch.setattr(revisions, "RULE", None)


def filled(desk: Desk) -> None:
    """Record what 0.2.0 knows of each kind."""
    a_claimant(desk, "Ann")
    a_source(desk)
    a_claim(desk)
    reviewed(desk, a_fact(desk))
    a_prediction(desk, None)
    prediction = a_prediction(desk)
    resolved(desk, prediction)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="r"))


def as_it_stands(desk: Desk) -> tuple[object, ...]:
    """Read the tables, their columns, and every row, whichever version they are of."""
    with desk.database.connection() as connection:
        found = sa.inspect(connection)
        names = sorted(found.get_table_names())
        columns = [str(column) for name in names for column in found.get_columns(name)]
        rows = [sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))) for name in names]
    return names, columns, rows


@pytest.mark.long
def test_a_migration_that_is_stopped_anywhere_changes_nothing_and_the_next_run_does_it_whole(desk: Desk) -> None:
    filled(desk)
    whole = everything(desk)
    config = migrations.configuration()
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)
    before, stops = as_it_stands(desk), 0
    for number in count(1, STRIDE):
        try:
            with after(desk, number, crash):
                migrations.upgrade(desk.database)
        except Crashed:
            stops += 1
        else:
            break
        with desk.database.connection() as connection:
            if migrations.current(connection) == migrations.head():  # it was folding: that goes on from where it stood
                break
        assert as_it_stands(desk) == before
    assert stops * STRIDE > 60
    migrations.upgrade(desk.database)
    migrations.require_current(desk.database)
    assert everything(desk) == whole
