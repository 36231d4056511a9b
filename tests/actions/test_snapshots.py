"""A source has many snapshots: each quote is anchored in one, and moves to a newer one only where its words are certain."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from claimkb.actions import claims, mending, reanchoring, sources
from claimkb.actions.quotes import look_for
from claimkb.actions.work import Desk
from claimkb.domain import AnchorProposal, Appearance, Revision, Snapshot, Source, refusals
from claimkb.domain.anchor_proposal import AnchorDecided, AnchorDecision, NothingToAccept
from claimkb.domain.anchoring import Anchors, AnchorStatus
from claimkb.store import appearances, verification
from claimkb.store.appearances import AnchorFilter, AnchorOrder
from claimkb.store.engine import paging
from tests.builders import EDITOR, NOON, TEXT, a_claim, a_source, do, everything, plan, refused

NEWER = "NEW: " + TEXT
EDITED = NEWER.replace("Critics doubt it", "Critics still doubt it")
SHORTER = "The minister said the bridge will open in spring. The bridge is long."


def quoted(desk: Desk, source: Source, exact: str = "Critics doubt it", **given: Any) -> Appearance:
    order = {"claim_id": a_claim(desk).id, "source_id": source.id, "quote": {"exact": exact, **given}}
    return do(desk, claims.add_appearance, claims.AddAppearance.model_validate(order))


def captured(desk: Desk, source: Source, text: str, **given: Any) -> Snapshot:
    order = sources.AddSnapshot.model_validate({"source_id": source.id, "snapshot": {"text": text, **given}})
    return do(desk, sources.add_snapshot, order)


def read(desk: Desk, quote: Appearance) -> Appearance:
    with desk.database.read() as session:
        return session.get_one(Appearance, quote.id)


def waiting(desk: Desk) -> list[AnchorProposal]:
    with desk.database.read() as session:
        return list(session.scalars(appearances.to_decide(AnchorFilter())))


def accept(proposal: AnchorProposal) -> reanchoring.AcceptAnchor:
    return reanchoring.AcceptAnchor(anchor_id=proposal.id)


def reject(proposal: AnchorProposal) -> reanchoring.RejectAnchor:
    return reanchoring.RejectAnchor(anchor_id=proposal.id, reason="It says more.")


def test_a_quote_that_stands_in_a_newer_snapshot_is_anchored_there(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source, prefix="in spring. ", suffix=". The")
    snapshot = captured(desk, source, NEWER.replace(". The", ".\n The"))
    after = read(desk, quote)
    assert (after.version, after.snapshot_id, after.quote_start, after.quote_end) == (2, snapshot.id, 55, 71)
    assert (after.quote_prefix, after.quote_suffix, after.anchor_status) == ("in spring. ", ".\n Th", AnchorStatus.EXACT)
    assert waiting(desk) == []
    assert list(verification.find(desk.database)) == []


def test_the_words_of_the_newer_text_are_kept_with_their_own_typography(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    captured(desk, source, NEWER.replace("Critics doubt", "Critics\n  doubt"))
    assert read(desk, quote).quote_exact == "Critics\n  doubt it"


def test_a_quote_that_changed_stays_where_it_stands_and_waits(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    snapshot = captured(desk, source, EDITED)
    after, (proposal,) = read(desk, quote), waiting(desk)
    assert (after.quote_exact, after.snapshot_id, after.anchor_status) == (
        "Critics doubt it",
        quote.snapshot_id,
        AnchorStatus.FUZZY,
    )
    assert (proposal.snapshot_id, proposal.status, proposal.exact) == (snapshot.id, AnchorStatus.FUZZY, "Critics still doubt it")
    assert EDITED[proposal.start : proposal.end] == "Critics still doubt it"
    assert list(verification.find(desk.database)) == []


def test_an_accepted_anchor_takes_the_new_words_and_keeps_the_old_ones(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    snapshot = captured(desk, source, EDITED)
    (proposal,) = waiting(desk)
    decided = do(desk, reanchoring.accept_anchor, accept(proposal))
    after = read(desk, quote)
    assert (decided.decision, decided.decided_by) == (AnchorDecision.ACCEPTED, "Edith")
    assert (after.quote_exact, after.quote_was, after.snapshot_id) == ("Critics still doubt it", "Critics doubt it", snapshot.id)
    assert (after.anchor_status, EDITED[after.quote_start : after.quote_end]) == (AnchorStatus.EXACT, "Critics still doubt it")
    refused(desk, AnchorDecided, reanchoring.accept_anchor, accept(proposal))
    refused(desk, AnchorDecided, reanchoring.reject_anchor, reject(proposal))
    assert list(verification.find(desk.database)) == []


def test_a_rejected_anchor_leaves_the_quote_in_its_snapshot_as_an_orphan(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    captured(desk, source, EDITED)
    (proposal,) = waiting(desk)
    decided = do(desk, reanchoring.reject_anchor, reject(proposal))
    after = read(desk, quote)
    assert (decided.decision, decided.rejected_reason) == (AnchorDecision.REJECTED, "It says more.")
    assert (after.snapshot_id, after.quote_start, after.anchor_status) == (quote.snapshot_id, 50, AnchorStatus.ORPHAN)
    assert waiting(desk) == []
    refused(desk, AnchorDecided, reanchoring.reject_anchor, reject(proposal))


def test_a_quote_that_is_gone_waits_as_an_orphan_that_cannot_be_accepted(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    captured(desk, source, SHORTER)
    (proposal,) = waiting(desk)
    assert (proposal.status, proposal.exact, read(desk, quote).anchor_status) == (AnchorStatus.ORPHAN, None, AnchorStatus.ORPHAN)
    refused(desk, NothingToAccept, reanchoring.accept_anchor, accept(proposal))


def test_a_quote_that_comes_back_in_a_third_snapshot_is_found_again(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    captured(desk, source, SHORTER)
    third = captured(desk, source, NEWER)
    assert (read(desk, quote).snapshot_id, read(desk, quote).anchor_status) == (third.id, AnchorStatus.EXACT)
    assert waiting(desk) == []
    with desk.database.read() as session:
        assert session.scalars(sa.select(AnchorProposal)).one().decision is AnchorDecision.OVERTAKEN


def test_a_third_snapshot_overtakes_what_waits(desk: Desk) -> None:
    source = a_source(desk)
    quoted(desk, source)
    captured(desk, source, SHORTER)
    third = captured(desk, source, EDITED)
    (proposal,) = waiting(desk)
    assert (proposal.snapshot_id, proposal.exact) == (third.id, "Critics still doubt it")


@pytest.mark.parametrize("verb", ["update", "retract"])
def test_a_quote_that_is_mended_waits_no_longer(desk: Desk, verb: str) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    captured(desk, source, EDITED)
    if verb == "update":
        order = mending.UpdateAppearance.model_validate({"appearance_id": quote.id, "quote": {"exact": "The bridge is long"}})
        do(desk, mending.update_appearance, order)
    else:
        do(desk, mending.retract_appearance, mending.RetractAppearance(appearance_id=quote.id, reason="r"))
    assert waiting(desk) == []


def test_quotes_of_one_claim_change_their_places_with_one_another(desk: Desk) -> None:
    source = a_source(
        desk, snapshot={"text": "One sentence that is long enough to stand alone.  Two sentences are longer than one of them."}
    )
    claim = a_claim(desk)
    words = ("One sentence that is long enough to stand alone.", "Two sentences are longer than one of them.")
    placed = [
        do(
            desk,
            claims.add_appearance,
            claims.AddAppearance.model_validate({"claim_id": claim.id, "source_id": source.id, "quote": {"exact": each}}),
        )
        for each in words
    ]
    captured(desk, source, f"{words[1]} {'x' * 6} {words[0]}")
    assert [(read(desk, each).quote_start, read(desk, each).anchor_status) for each in placed] == [
        (50, AnchorStatus.EXACT),
        (0, AnchorStatus.EXACT),
    ]


def test_an_older_text_that_is_added_later_moves_nothing(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    captured(desk, source, EDITED, captured_at=(NOON - timedelta(days=1)).isoformat())
    assert (read(desk, quote).version, waiting(desk)) == (1, [])


def test_a_snapshot_without_a_text_moves_nothing(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    order = {"source_id": source.id, "snapshot": {"sha256": "0" * 64, "length": 9}}
    do(desk, sources.add_snapshot, sources.AddSnapshot.model_validate(order))
    assert (read(desk, quote).version, waiting(desk)) == (1, [])


def test_another_capture_of_an_update_finds_quotes_again_as_well(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    order = sources.UpdateSource.model_validate({"source_id": source.id, "snapshot": {"text": NEWER}})
    do(desk, sources.update_source, order)
    with desk.database.read() as session:
        revision = session.scalars(sa.select(Revision).where(col(Revision.record_id) == quote.id, col(Revision.version) == 2)).one()
    assert (revision.action, '"quote_start":55' in revision.after) == ("updateSource", True)


@pytest.mark.parametrize(
    "wrong", [{"text": "x" * 1_000_001}, {"text": "a\x00b"}, {"text": ""}, {"text": "x" * 5_000_000}, {"text": "\ud800"}]
)
def test_a_text_that_is_too_long_or_binary_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        sources.AddSnapshot.model_validate({"source_id": "0" * 32, "snapshot": wrong})


def test_the_same_text_is_captured_once(desk: Desk) -> None:
    source = a_source(desk)
    order = sources.AddSnapshot.model_validate({"source_id": source.id, "snapshot": {"text": TEXT}})
    refused(desk, refusals.AlreadyRecorded, sources.add_snapshot, order)


def test_an_anchor_where_the_claim_has_a_quote_already_is_not_accepted(desk: Desk) -> None:
    source, claim = a_source(desk), a_claim(desk)
    for exact in ("Critics doubt it", "Critics doubt it."):
        order = {"claim_id": claim.id, "source_id": source.id, "quote": {"exact": exact}}
        if exact.endswith("."):
            captured(desk, source, EDITED)
            order["quote"] = {"exact": "Critics still doubt it."}
        do(desk, claims.add_appearance, claims.AddAppearance.model_validate(order))
    (proposal,) = waiting(desk)
    refused(desk, refusals.AlreadyRecorded, reanchoring.accept_anchor, accept(proposal))


def test_what_was_found_before_the_transaction_is_not_looked_for_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    order = sources.AddSnapshot.model_validate({"source_id": source.id, "snapshot": {"text": EDITED}})
    spent: list[int] = []
    with desk.database.read() as session:
        found = look_for(session, order, spent.append)
    assert spent == [len(TEXT) + 2 * len(EDITED)]
    monkeypatch.setattr(Anchors, "read", None)
    with desk.work(EDITOR, anchors=found) as work:
        sources.add_snapshot(work, order)
    assert (read(desk, quote).anchor_status, len(waiting(desk))) == (AnchorStatus.FUZZY, 1)


def test_what_waits_is_listed_the_oldest_first_by_its_index(desk: Desk) -> None:
    shown = [a_source(desk, title=str(number)) for number in range(2)]
    for source in shown:
        quoted(desk, source)
        captured(desk, source, EDITED if source is shown[0] else SHORTER)
    with desk.database.read() as session:
        of_one = session.scalars(appearances.to_decide(AnchorFilter(source_id=shown[1].id))).all()
        fuzzy = session.scalars(appearances.to_decide(AnchorFilter(status=["FUZZY"]))).all()
    assert ([each.status for each in of_one], len(fuzzy), len(waiting(desk))) == ([AnchorStatus.ORPHAN], 1, 2)
    order = appearances.ordered(None)
    select = paging.Slice(first=5).between_cursors(appearances.to_decide(AnchorFilter()), order).order_by(*order.by())
    assert "ix_anchor_proposal_queue" in plan(desk, select)
    assert appearances.ordered(AnchorOrder(field="CREATED_AT", direction="DESC")).descending


def test_a_retracted_quote_is_not_looked_for(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    do(desk, mending.retract_appearance, mending.RetractAppearance(appearance_id=quote.id, reason="r"))
    before = len(everything(desk)["revision"])
    captured(desk, source, SHORTER)
    assert (waiting(desk), len(everything(desk)["revision"]) - before) == ([], 1)


def test_a_quote_that_is_added_while_a_newer_text_is_written_is_anchored_in_that(desk: Desk) -> None:
    source = a_source(desk)
    order = sources.AddSnapshot.model_validate({"source_id": source.id, "snapshot": {"text": NEWER}})
    with ThreadPoolExecutor() as pool:
        with desk.work(EDITOR) as work:
            snapshot = sources.add_snapshot(work, order).id
            adding = pool.submit(quoted, desk, source)
            with pytest.raises(TimeoutError):
                adding.result(timeout=0.3)
        assert adding.result().snapshot_id == snapshot


def test_a_restored_quote_is_looked_for_in_the_text_that_was_added_meanwhile(desk: Desk) -> None:
    source = a_source(desk)
    quote = quoted(desk, source)
    do(desk, mending.retract_appearance, mending.RetractAppearance(appearance_id=quote.id, reason="r"))
    captured(desk, source, EDITED)
    do(desk, mending.restore_appearance, mending.RestoreAppearance(appearance_id=quote.id, reason="r"))
    assert ([each.exact for each in waiting(desk)], read(desk, quote).anchor_status) == (
        ["Critics still doubt it"],
        AnchorStatus.FUZZY,
    )
