"""The same is found in every locale of a database, and on both engines: what is compared was folded by us."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa

from claimkb.actions.work import Desk
from claimkb.store import claimants, migrations, search
from claimkb.store.claimants import ClaimantFilter
from claimkb.store.engine.database import Database
from tests.builders import a_claim, a_claimant, a_desk

LOCALES = {
    "C": "LOCALE 'C'",
    "C.UTF-8": "LOCALE 'C.UTF-8'",
    "builtin": "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
    "Unicode": "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST' LOCALE 'C'",
}
"""The locales that every PostgreSQL of the tests has."""

STATEMENTS = {
    "दाल के दाम बढ़े हैं।": ("दाल", "दाम बढ़े"),
    "दिल की बात": ("दिल",),
    "ไม่มีไม้": ("ไม่มีไม้",),
    "ガソリン": ("ガソリン",),
    "한국은 말했다": ("한국", "말했다"),
    "انقطعت الكهرباء في القاهرة": ("كهرباء القاهره",),
    "L’Élysée à 6,5 % ou 12\u00a0000": ("elysee 6.5 12000",),
    "COVID19 killed 1e5 of 5kg v1.2 007": ("covid19 1e5 5kg v1 007",),
    "İstanbul, Straße, Łódź": ("istanbul STRASSE lodz",),
    "Қасым-Жомарт Тоқаев": ("қасым тоқаев",),
}
"""What is claimed, and what finds it."""


@pytest.fixture(params=["sqlite", *LOCALES], ids=["sqlite", *(f"postgresql in {locale}" for locale in LOCALES)])
def somewhere(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Give a desk on SQLite, and on a database of each locale."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_desk")
        return
    server, name = Database(request.getfixturevalue("postgresql")), f"locale_{uuid4().hex}"
    administering = server.engine.execution_options(isolation_level="AUTOCOMMIT")
    with administering.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {LOCALES[request.param]}")
    desk = a_desk(server.url.set(database=name).render_as_string(hide_password=False))
    migrations.upgrade(desk.database)
    yield desk
    desk.database.close()
    with administering.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


def test_each_word_finds_what_it_stands_in_and_nothing_else(somewhere: Desk) -> None:
    claims = {statement: a_claim(somewhere, statement=statement).id for statement in STATEMENTS}
    for statement, queries in STATEMENTS.items():
        for query in queries:
            with somewhere.database.read() as session:
                found = session.scalars(search.matching(query, None, is_sqlite=somewhere.database.is_sqlite)).all()
                alike = [each.claim.id for each in search.similar(session, statement, None, 1)]
            assert [entry.record_id for entry in found] == [claims[statement]], query
            assert alike == [claims[statement]]


def test_each_name_is_found_by_its_text_however_that_is_written(somewhere: Desk) -> None:
    for name in ("Étienne", "Қасым", "İsmail", "Straße", "O'Brien"):
        claimant = a_claimant(somewhere, name)
        for text in (name, name.lower(), name.casefold(), name.upper()):
            with somewhere.database.read() as session:
                found = session.scalars(claimants.matching(ClaimantFilter(text=text)).order_by(sa.text("name")))
                assert [each.id for each in found] == [claimant.id], text
