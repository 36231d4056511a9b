"""By which keys is a claimant found? By its names, and by how their words sound: a hook writes the keys with the claimant."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import event

from claimkb.domain import Claimant, NameKey
from claimkb.domain.claimant import keys_of
from claimkb.store.engine import records

_TABLE = records.table_of(NameKey)
_KEYED = ("name", "aliases", "merged_into_id")
"""The fields that the keys are computed from."""


def write(connection: sa.Connection, claimants: Iterable[Claimant]) -> None:
    """Write the keys of claimants anew."""
    every = list(claimants)
    connection.execute(sa.delete(_TABLE).where(_TABLE.c.claimant_id.in_([each.id for each in every])))
    rows = [{"sort": sort, "key": key, "claimant_id": each.id} for each in every for sort, key in sorted(keys_of(each))]
    if rows:
        connection.execute(sa.insert(_TABLE), rows)


def _insert(_mapper: object, connection: sa.Connection, claimant: Claimant) -> None:
    """Write the keys of a new claimant."""
    write(connection, [claimant])


def _update(_mapper: object, connection: sa.Connection, claimant: Claimant) -> None:
    """Write the keys of a claimant whose names have changed."""
    if any(sa.inspect(claimant).attrs[name].history.has_changes() for name in _KEYED):
        write(connection, [claimant])


event.listen(Claimant, "after_insert", _insert)
event.listen(Claimant, "after_update", _update)
