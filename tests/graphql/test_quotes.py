"""Quotes are looked for before a change holds up others, whatever the length of the texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from claimkb.actions import sources
from claimkb.actions.outcomes import ResolvePrediction, resolve_prediction
from claimkb.actions.quotes import look_for
from claimkb.actions.work import Desk
from claimkb.domain import Source
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import QuoteNotFound
from claimkb.graphql.schema.mutations import VERBS
from tests.builders import EDITOR, NOON, TEXT, a_claim, a_fact, a_prediction, a_source, do, everything
from tests.graphql.conftest import Ask


@contextmanager
def read_in_transactions(desk: Desk) -> Iterator[list[str]]:
    """Note the statements that read a text where a change is written."""
    noted: list[str] = []

    def note(*event: Any) -> None:
        if "snapshot.text" in event[2] and event[2].startswith("SELECT"):
            noted.append(event[2])

    sa.event.listen(desk.database.writer, "before_cursor_execute", note)
    yield noted
    sa.event.remove(desk.database.writer, "before_cursor_execute", note)


def id_of(record: Any) -> str:
    """Write the global id of a record."""
    return global_id(type(record).__name__, record.id)


def evidence(*given: Source, quote: str = "Critics doubt it") -> list[dict[str, Any]]:
    """Give a quote from each source as evidence."""
    return [{"sourceId": id_of(each), "stance": "SUPPORTS", "quote": quote} for each in given]


@pytest.mark.parametrize("quote", ["Critics doubt it", "Critics\n  doubt it"])
def test_no_text_is_read_while_a_change_of_many_quotes_is_written(desk: Desk, mutate: Ask, quote: str) -> None:
    given = [a_source(desk, title=f"Source {number}", url=f"https://example.org/{number}") for number in range(3)]
    prediction, fact, claim = a_prediction(desk), a_fact(desk), a_claim(desk)
    named = [*evidence(*given[:2], quote=quote), {**evidence(given[2], quote=quote)[0], "sourceId": None}]
    named[2]["source"] = {"title": "Source 2", "url": given[2].url}
    orders: dict[str, dict[str, Any]] = {
        "resolvePrediction": {"predictionId": id_of(prediction), "verdict": "NO", "rationale": "So it is.", "evidence": named},
        "reviewClaim": {"claimId": id_of(fact), "rating": "TRUE", "summary": "So it is.", "evidence": named},
        "addEvidence": {"claimId": id_of(claim), **evidence(given[0], quote=quote)[0]},
        "addAppearance": {"claimId": id_of(claim), "sourceId": id_of(given[0]), "quote": {"exact": quote}},
        "recordStory": {"key": "long", "claims": [{"key": "c", "statement": "It is so long.", "kind": "FACT", "voice": "UNATTRIBUTED",
                        "appearances": [{"sourceId": id_of(given[0]), "quote": {"exact": quote}}],
                        "review": {"rating": "TRUE", "summary": "So it is.", "evidence": evidence(given[1], quote=quote)}}]},
        "recordClaim": {"statement": "It is long.", "kind": "FACT", "voice": "UNATTRIBUTED",
                        "appearance": {"sourceId": id_of(given[0]), "quote": {"exact": quote, "suffix": "."}}},
    }  # fmt: skip
    with read_in_transactions(desk) as noted:
        answers = {verb: mutate(verb, "clientMutationId", **order)["userErrors"] for verb, order in orders.items()}
    assert answers == {verb: [] for verb in orders}
    assert noted == []


def test_every_order_that_holds_quotes_tells_them() -> None:
    told = {verb.command.__name__ for verb in VERBS if hasattr(verb.command, "quoted")}
    records = {"RecordClaim", "AddAppearance", "UpdateAppearance", "AddEvidence", "ResolvePrediction", "ReviewClaim", "RecordStory"}
    assert told == records


def test_a_quote_that_is_not_there_is_refused_in_its_place_and_nothing_changes(desk: Desk, mutate: Ask) -> None:
    source, prediction = a_source(desk), a_prediction(desk)
    given = [*evidence(source), *evidence(source, quote="Critics hope for it")]
    before = everything(desk)
    answer = mutate(
        "resolvePrediction", "outcome { id }", predictionId=id_of(prediction), verdict="NO", rationale="So.", evidence=given
    )
    assert [(each["code"], each["field"]) for each in answer["userErrors"]] == [("INVALID", ["input", "evidence", "1", "quote"])]
    assert everything(desk) == before


def test_a_text_that_came_in_between_is_looked_through_all_the_same(desk: Desk) -> None:
    source = a_source(desk, snapshot={"text": TEXT, "captured_at": NOON - timedelta(days=1)})
    given = {"source_id": source.id, "stance": "SUPPORTS", "quote": "Critics doubt it"}
    order = ResolvePrediction.model_validate(
        {"prediction_id": a_prediction(desk).id, "verdict": "NO", "rationale": "So.", "evidence": [given]}
    )
    with desk.database.read() as session:
        anchors = look_for(session, order)
    newer = {"text": TEXT.replace("doubt", "praise"), "captured_at": NOON}
    do(desk, sources.update_source, sources.UpdateSource.model_validate({"source_id": source.id, "snapshot": newer}))
    before = everything(desk)
    with pytest.raises(QuoteNotFound), desk.work(EDITOR, anchors=anchors) as work:
        resolve_prediction(work, order)
    assert everything(desk) == before
