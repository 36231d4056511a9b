"""A newsroom in which everything is as long as it may be: what costs most to read."""

from uuid import UUID

import sqlalchemy as sa
from benchmarks import newsroom
from sqlmodel import Session

from claimkb.actions.work import Desk
from claimkb.domain import Claimant
from claimkb.domain.reference import global_id
from claimkb.store import migrations, name_keys

SIZE = 0.05
"""Of the newsroom that benchmarks fill: ten thousand claims, five thousand predictions."""

ARTICLES, LONG = 60, 900_000
WORDS = "Élysée a b c d e f g h i j k l m n o p q r s t u v w x y z bridge spring минис "


COLLECTION = UUID("fe000000-0000-7000-8000-000000000001")
"""A collection of all claims."""


def id_of(kind: str, number: int) -> str:
    """Write the global id of a record of the newsroom."""
    return global_id(kind.title(), UUID(newsroom.uuid_of(kind, number)))


def fill(desk: Desk) -> None:
    """Record it all, with words and texts as long as they may be."""
    migrations.upgrade(desk.database)
    newsroom.fill(desk, SIZE)
    long = (WORDS * 60)[:3990] + " Zebra"
    article = ("The crown prince said — in twelve days — that “it” will open.\n" * 16_000)[: LONG - 20] + "\nthe very last words"
    sqlite = desk.database.is_sqlite
    new, of = (
        f"printf('{kind}000000000070008000%012x', i)"
        if sqlite
        else f"CAST('{kind}000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0') AS uuid)"
        for kind in ("ee", newsroom.KINDS["source"])
    )
    with desk.database.connection() as connection:
        numbers = newsroom.NUMBERS["sqlite" if sqlite else "postgresql"].format(many=ARTICLES)
        connection.execute(sa.text("UPDATE claim SET note = :long"), {"long": long})
        connection.execute(sa.text("UPDATE prediction SET criteria = :long"), {"long": long})
        connection.execute(
            sa.text(
                "INSERT INTO snapshot (id, recorded_at, recorded_by, source_id, captured_at, sha256, length, text)"
                f" {numbers} SELECT {new}, '2024-01-01 00:00:00.000000', 'nobody', {of}, '2024-01-01 00:00:00.000000',"
                " '" + "0123456789abcdef" * 3 + "0123456789ab' || (1000 + i), :length, :text FROM n"
            ),
            {"length": len(article), "text": article},
        )
        connection.execute(
            sa.text("UPDATE search_entry SET words = words || ' elysee a b c d e f g h i j k l m n o p q r s t u v w x y z zebra'")
        )
        stamps = "1, '2024-01-01 00:00:00.000000', '2024-01-01 00:00:00.000000'"
        connection.execute(
            sa.text("INSERT INTO collection (id, version, created_at, updated_at, name, kind)"
                    f" VALUES (:id, {stamps}, 'Everything', 'TRACKER')"), {"id": _written(COLLECTION, sqlite)}
        )  # fmt: skip
        connection.execute(
            sa.text("INSERT INTO collected_claim (id, version, created_at, updated_at, collection_id, claim_id, added_by, added_at)"
                    f" SELECT id, {stamps}, :id, id, 'nobody', '2024-01-01 00:00:00.000000' FROM claim"),
            {"id": _written(COLLECTION, sqlite)},
        )  # fmt: skip
        with Session(connection) as session:
            name_keys.write(connection, session.scalars(sa.select(Claimant)))
    newsroom.tidy(desk)


def _written(id_: UUID, is_sqlite: bool) -> object:
    """Write an id as the engine holds it."""
    return id_.hex if is_sqlite else id_
