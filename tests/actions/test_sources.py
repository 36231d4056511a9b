"""Recording sources and claimants."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

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
    ],
)
def test_a_source_that_cannot_be_is_refused(desk: Desk, given: dict[str, Any], refusal: type[refusals.Refusal]) -> None:
    refused(desk, refusal, sources.record_source, source_order(**given))


def test_a_claimant_is_recorded_once_a_kind(desk: Desk) -> None:
    a_claimant(desk, "Georgia", "PERSON")
    a_claimant(desk, "Georgia", "GOVERNMENT")
    order = claimants.RecordClaimant.model_validate({"name": "Georgia", "kind": "PERSON"})
    refused(desk, refusals.AlreadyRecorded, claimants.record_claimant, order)


def test_a_text_is_kept_to_the_letter(desk: Desk) -> None:
    text = "  It begins with spaces.\n\nAnd ends with a line.\n"
    do(desk, sources.record_source, source_order(snapshot={"text": text}))
    with desk.database.read() as session:
        assert session.scalars(sa.select(Snapshot)).one().text == text
