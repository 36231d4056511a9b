"""Recording sources and claimants."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from claimkb.actions import claimants, sources
from claimkb.actions.work import Desk
from claimkb.domain import Snapshot, refusals
from claimkb.domain.source import fingerprint
from tests.builders import NOON, TEXT, a_claimant, a_source, do, refused


def source_order(**given: Any) -> sources.RecordSource:
    return sources.RecordSource.model_validate({"title": "T", **given})


def test_a_source_is_recorded_with_the_fingerprint_of_its_text(desk: Desk) -> None:
    source = a_source(desk)
    with desk.database.read() as session:
        snapshot = session.scalars(sa.select(Snapshot)).one()
    assert (snapshot.source_id, snapshot.sha256, snapshot.length) == (source.id, fingerprint(TEXT), len(TEXT))
    assert (snapshot.captured_at, snapshot.recorded_at, snapshot.recorded_by) == (NOON, NOON, "Edith")


def test_an_address_is_recorded_once(desk: Desk) -> None:
    a_source(desk, url="https://example.org/1")
    found = refused(desk, refusals.AlreadyRecorded, sources.record_source, source_order(url="https://example.org/1"))
    assert found.field == ("url",)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"derived_from_id": UUID(int=1)}, refusals.NotFound),
        ({"published_on_precision": "MONTH"}, refusals.NoPrecision),
        ({"snapshot": {}}, refusals.NoFingerprint),
        ({"snapshot": {"sha256": "0" * 64}}, refusals.NoFingerprint),
        ({"snapshot": {"sha256": "0" * 64, "text": "x"}}, refusals.WrongFingerprint),
        ({"snapshot": {"length": 7, "text": "x"}}, refusals.WrongLength),
        ({"snapshot": {"text": "x", "captured_at": "2026-11-23T12:00:01Z"}}, refusals.InTheFuture),
        ({"published_on": "2026-12-01", "published_on_precision": "MONTH"}, refusals.InTheFuture),
    ],
)
def test_a_source_that_cannot_be_is_refused(desk: Desk, given: dict[str, Any], refusal: type[refusals.Refusal]) -> None:
    refused(desk, refusal, sources.record_source, source_order(**given))


def test_a_claimant_is_recorded_once_a_kind(desk: Desk) -> None:
    a_claimant(desk, "Georgia", "PERSON")
    a_claimant(desk, "Georgia", "GOVERNMENT")
    order = claimants.RecordClaimant.model_validate({"name": "Georgia", "kind": "PERSON"})
    refused(desk, refusals.AlreadyRecorded, claimants.record_claimant, order)


@pytest.mark.parametrize(
    "url", ["ftp://x.org", "http://?", "http://[", "http://a b", "http://a\x07", "https://", "x", "https://ü.org/" + "қ" * 1000]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="web address"):
        source_order(url=url)


@pytest.mark.parametrize("day", ["0999-12-31", "3000-01-01"])
def test_a_day_beyond_the_calendar_of_claimkb_is_refused(day: str) -> None:
    with pytest.raises(ValidationError, match=r"1000-01-01|2999-12-31"):
        source_order(published_on=day)


def test_a_text_is_kept_to_the_letter(desk: Desk) -> None:
    text = "  It begins with spaces.\n\nAnd ends with a line.\n"
    do(desk, sources.record_source, source_order(snapshot={"text": text}))
    with desk.database.read() as session:
        assert session.scalars(sa.select(Snapshot)).one().text == text


def test_nothing_comes_to_derive_from_a_retracted_source_which_itself_is_still_corrected(desk: Desk) -> None:
    origin, copy = a_source(desk), a_source(desk)
    derived = do(desk, sources.record_source, source_order(derived_from_id=origin.id))
    do(desk, sources.retract_source, sources.RetractSource(source_id=origin.id, reason="A hoax."))
    refused(desk, refusals.Retracted, sources.record_source, source_order(derived_from_id=origin.id))
    update = sources.UpdateSource(source_id=copy.id, derived_from_id=origin.id)
    assert refused(desk, refusals.Retracted, sources.update_source, update).field == ("derived_from_id",)
    kept = sources.UpdateSource(source_id=derived.id, derived_from_id=origin.id, title="New")
    assert do(desk, sources.update_source, kept).title == "New"
    corrected = sources.UpdateSource(source_id=origin.id, title="Corrected")
    assert do(desk, sources.update_source, corrected).title == "Corrected"
