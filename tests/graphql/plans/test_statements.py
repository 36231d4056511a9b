"""Among many rows an index serves each statement of what is asked most: none reads a table from end to end, or sorts a whole one."""

import asyncio
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from benchmarks import newsroom
from benchmarks.peers.documents import OURS

from claimkb.actions import evidence, flagging, outcomes
from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from claimkb.graphql.execution.document_cache import DocumentCache
from claimkb.graphql.execution.in_process_context import context_for
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.schema.lists import LISTINGS
from claimkb.identity import SCHEDULER
from claimkb.store import migrations
from claimkb.store.engine import paging
from claimkb.store.engine.paging import Slice
from claimkb.store.engine.steps import Reader
from tests.builders import (
    EDITOR,
    NOON,
    TODAY,
    a_claim,
    a_claimant,
    a_desk,
    a_fact,
    a_prediction,
    a_source,
    do,
    plan,
    resolved,
    reviewed,
)
from tests.conftest import ENGINES

pytestmark = pytest.mark.long

SIZE = 0.2
"""So many rows that the databases choose what serves the most: 40,000 claims and 20,000 predictions."""

BIG = "source|claim|appearance|prediction|outcome|flag|search_entry"
FOLLOWED = "ix_claim_created_at"
"""The index that the first page of claims follows from its beginning: there is no cursor to search for."""

FEW = 1_000
"""So many rows may be sorted: those of a page, or of the lists of its records."""

STAMP, MIDDLE = datetime(2024, 1, 1, tzinfo=UTC), UUID(newsroom.uuid_of("prediction", 10_000))
KEYS = {"DUE_ON": date(2026, 1, 1), "CREATED_AT": STAMP, "UPDATED_AT": STAMP, "TITLE": "Article number 5"}
SERVED = {
    "Q1": {"ix_appearance_claim_id", "ix_outcome_prediction_id"},
    "Q2": {"ix_prediction_queue", "ix_appearance_claim_id"},
    "Q3": {"ix_claim_created_at"},
    "Q4": set(),
}
COMMANDS = {
    "sources": {"CREATED_AT": "ix_source_created_at", "UPDATED_AT": "ix_source_updated_at", "TITLE": "ix_source_title"},
    "claims": {"CREATED_AT": "ix_claim_created_at", "UPDATED_AT": "ix_claim_updated_at"},
    "predictions": {
        "DUE_ON": "ix_prediction_waits",
        "CREATED_AT": "ix_prediction_created_at",
        "UPDATED_AT": "ix_prediction_updated_at",
    },
}
OVERDUE = ", filter: {timeliness: [OVERDUE, LONG_OVERDUE]}"
PAGES = [
    *((name, field, "", index) for name, fields in COMMANDS.items() for field, index in fields.items()),
    ("predictions", "DUE_ON", OVERDUE, "ix_prediction_queue"),
]


@pytest.fixture(scope="module", params=ENGINES)
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give a desk with many rows, whose job has run, on each engine in turn. Tests leave them as they are."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("many") / "claimkb.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        desk = a_desk(f"sqlite:///{path}")
    else:
        desk = a_desk(request.getfixturevalue("postgresql_of_its_own"))
        migrations.upgrade(desk.database)
    newsroom.fill(desk, SIZE)
    with desk.work(SCHEDULER) as work:
        flagging.flag_predictions(work, flagging.FlagPredictions())
    newsroom.tidy(desk)
    yield desk
    desk.database.close()


def how(desk: Desk, statement: str) -> str:
    """Write the question how a statement would be answered."""
    return f"EXPLAIN {'QUERY PLAN ' if desk.database.is_sqlite else ''}{statement}"


def told(desk: Desk, rows: Any) -> str:
    """Read the answer to it."""
    return "\n".join(row[3 if desk.database.is_sqlite else 0].replace("<expr>", "expr") for row in rows)


def explained(desk: Desk, text: str, variables: Mapping[str, Any]) -> list[str]:
    """Run the plan of a query, and let the database explain each of its statements."""
    context = context_for(desk, EDITOR)
    operation: Any = DocumentCache(schema._schema, context.limits).prepare(text).operation(None)
    values = operation.coerce(variables)
    plan: Any
    plan, found = Planner().compile(operation, values, desk.database), []

    def run(reader: Reader) -> Any:
        def rows(statement: str, given: Any) -> list[Any]:
            found.append(told(desk, reader.rows(how(desk, statement), given)))
            return reader.rows(statement, given)

        return plan.run(context, values, Reader(rows, reader.ask))

    async def asked() -> None:
        await context.run(run)
        if desk.database.async_reader is not None:
            await desk.database.async_reader.close()

    asyncio.run(asked())
    return found


@contextmanager
def explaining(desk: Desk, *, as_of_many: bool = False) -> Iterator[list[str]]:
    """Let the database explain each statement that is run in SQLAlchemy's way: `as_of_many`, as if there were many rows."""
    found: list[str] = []

    def note(connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        if re.match("SELECT|INSERT|UPDATE", statement):
            if as_of_many and not desk.database.is_sqlite:
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            found.append(told(desk, connection.exec_driver_sql(how(desk, statement), given[0] if many else given)))

    for engine in desk.database.engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in desk.database.engines:
        sa.event.remove(engine, "before_cursor_execute", note)


def used(explanations: list[str]) -> set[str]:
    """Name the indexes that statements use."""
    return {index for each in explanations for index in re.findall(r"\bix_\w+", each)}


def wasteful(explanations: list[str]) -> list[str]:
    """List the statements that read a big table from end to end, or sort more than a few rows.

    SQLite does not tell how many it sorts: few, where it goes through the rows of a page that was read before.
    """
    whole = re.compile(rf"Seq Scan on ({BIG})\b|SCAN ({BIG})(_\d+)?\b(?! USING (COVERING )?INDEX {FOLLOWED}$)", re.M)
    return [
        each
        for each in explanations
        if whole.search(each)
        or ("TEMP B-TREE" in each and not re.search(r"^SCAN (few|each_key)\b", each, re.M))
        or any(int(rows) > FEW for rows in re.findall(r"Sort  \(cost=\S+ rows=(\d+)", each))
    ]


@pytest.mark.long
@pytest.mark.parametrize("name", OURS)
def test_indexes_serve_what_is_asked_most(many: Desk, name: str) -> None:
    found = explained(many, *OURS[name])
    assert wasteful(found) == []
    assert used(found) >= SERVED[name]


@pytest.mark.parametrize("words", ["zeppelin", "bridge 39999", "bridge"])
def test_the_index_of_words_serves_a_search_however_rare_the_words_are(many: Desk, words: str) -> None:
    query, variables = OURS["Q4"]
    page, *_ = explained(many, query, {**variables, "words": words})
    assert ("search_index VIRTUAL TABLE INDEX" if many.database.is_sqlite else "ix_search_entry_words") in page
    assert wasteful([page]) == []


@pytest.mark.parametrize(("sign", "direction"), [(">", "ASC"), ("<", "DESC")])
@pytest.mark.parametrize(("name", "field", "filtered", "index"), PAGES)
def test_an_index_leads_to_any_page_of_a_list_in_each_of_its_orders(
    many: Desk, name: str, field: str, filtered: str, index: str, sign: str, direction: str
) -> None:
    order = f"orderBy: {{field: {field}, direction: {direction}}}"
    query = f"query($after: String) {{ {name}(first: 50, after: $after, {order}{filtered}) {{ nodes {{ id }} }} }}"
    (page,) = explained(many, query, {"after": paging.cursor(KEYS[field], MIDDLE)})
    assert wasteful([page]) == []
    begins = (
        rf"SEARCH .* {index} \(.*{sign}" if many.database.is_sqlite else rf"{index} on .*\n.*Index Cond: .*ROW\(.*\) {sign} ROW\("
    )
    assert re.search(begins, page), page


@pytest.mark.parametrize("name", LISTINGS)
def test_an_index_serves_every_list_in_its_own_order(desk: Desk, name: str) -> None:
    listing = LISTINGS[name]
    order = listing.ordered(None)
    page = plan(desk, listing.matching(listing.filter(), TODAY).order_by(*order.by()).limit(Slice().size + 1))
    assert not re.search(r"Seq Scan|SCAN (?!.* INDEX)|(?<!Incremental )Sort  \(|TEMP B-TREE FOR ORDER BY", page)


def test_indexes_serve_the_job_on_a_day_with_nothing_new(many: Desk) -> None:
    later = replace(many, clock=lambda: NOON + timedelta(hours=2))
    with explaining(many) as found, later.work(SCHEDULER) as work:
        assert flagging.flag_predictions(work, flagging.FlagPredictions()).flags == []
    assert wasteful(found) == []
    assert used(found) >= {"ix_prediction_flag_on", "ix_flag_noticed_at"}


def test_indexes_serve_each_statement_of_a_change_however_many_rows_there_are(desk: Desk) -> None:
    shown = {
        "stance": "SUPPORTS",
        "quote": "The bridge is long.",
        "source": {"title": "It is open", "url": "https://example.org/1"},
    }
    with explaining(desk, as_of_many=True) as found:
        source, claimant = a_source(desk, url="https://example.org/"), a_claimant(desk)
        place = {"source_id": source.id, "quote": {"exact": "The bridge is long"}, "speech": "INDIRECT"}
        claim = a_claim(desk, claimant_id=claimant.id, voice="REPORTED", appearance=place)
        prediction = a_prediction(desk, claim=claim)
        known = {**shown, "source": None, "source_id": source.id}
        do(desk, evidence.add_evidence, evidence.AddEvidence(claim_id=claim.id, **known))
        resolved(desk, prediction, evidence=[shown, known])
        do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="Too early."))
        reviewed(desk, a_fact(desk))
    assert len(found) > 70
    assert [each for each in found if re.search(r"Seq Scan|SCAN (?!.* INDEX)", each)] == []


def test_indexes_serve_records_by_their_ids(many: Desk) -> None:
    kinds = ["Source", "Claimant", "Claim", "Appearance", "Prediction", "Outcome"]
    ids = [global_id(kind, newsroom.uuid_of(kind.lower(), number)) for kind in kinds for number in (1, 2)]
    found = explained(many, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids})
    assert len(found) == len(kinds)
    assert wasteful(found) == []
