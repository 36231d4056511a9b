"""What does a person see while the database is migrated, and of names in it that look the same?"""

from claimkb.actions.work import Desk
from claimkb.cli.tables import say, tell
from claimkb.domain.reference import global_id
from claimkb.store import folding, migrations

EACH = 10_000
"""After how many records it is said again how far it is."""


def migrate(desk: Desk) -> tuple[str | None, str]:
    """Bring the database up to date, and say how far it is. Return the versions of its tables before and since."""

    def say_how_far(done: int, every: int) -> None:
        if done % EACH == 0 or done == every:
            tell(f"Folded {done} of {every} records")

    return migrations.upgrade(desk.database, say_how_far)


def show_what_looks_the_same(desk: Desk) -> None:
    """List records that look the same: whether they are, is for a person to say."""
    with desk.database.read() as session:
        for each in folding.look_the_same(session):
            say(f"{each.kind} {each.what}: {len(each.records)} look the same")
            for record in each.records:
                say(f"  {global_id(each.kind, record.id)}")
