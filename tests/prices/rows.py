"""A newsroom in which everything is as long as it may be: what costs most to read."""

from uuid import UUID

import sqlalchemy as sa
from benchmarks import newsroom

from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from claimkb.store import migrations

SIZE = 0.05
"""Of the newsroom that benchmarks fill: ten thousand claims, five thousand predictions."""

ARTICLES, LONG = 60, 900_000
WORDS = "Élysée a b c d e f g h i j k l m n o p q r s t u v w x y z bridge spring минис "


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
    newsroom.tidy(desk)
