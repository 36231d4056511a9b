"""What is recorded can be corrected: an absent field is kept, null clears it, and what was there before stays in the history."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from claimkb.actions import claimants, claims, flagging, outcomes, predictions, sources
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Prediction, Revision, Source, refusals
from claimkb.domain.claim import Voice
from claimkb.domain.dates import DatePrecision
from claimkb.domain.prediction import DueBasis
from claimkb.domain.record import Versioned
from claimkb.domain.refusals import Refusal, StaleVersion
from claimkb.store import sources as stored
from claimkb.store.engine import records, relationships
from claimkb.store.engine.relationships import Relationship
from tests.builders import TODAY, a_claim, a_claimant, a_prediction, a_source, do, everything, refused, resolved


def update(desk: Desk, record: Versioned, **given: Any) -> Any:
    """Correct a record."""
    action, order = VERBS[type(record).__name__]
    return do(desk, action, order(**{f"{type(record).__name__.lower()}_id": record.id, **given}))


VERBS: dict[str, tuple[Callable[..., Any], Any]] = {
    "Source": (sources.update_source, sources.UpdateSource),
    "Claimant": (claimants.update_claimant, claimants.UpdateClaimant),
    "Claim": (claims.update_claim, claims.UpdateClaim),
    "Prediction": (predictions.update_prediction, predictions.UpdatePrediction),
}


def not_updated(desk: Desk, refusal: type[Refusal], record: Versioned, **given: Any) -> Refusal:
    """See a correction refused, and see that nothing has changed."""
    action, order = VERBS[type(record).__name__]
    return refused(desk, refusal, action, order(**{f"{type(record).__name__.lower()}_id": record.id, **given}))


def test_an_absent_field_is_kept_and_null_clears_it(desk: Desk) -> None:
    source = a_source(desk, publisher="The desk", language="en")
    changed = update(desk, source, publisher=None, title="The long bridge")
    assert (changed.title, changed.publisher, changed.language, changed.version) == ("The long bridge", None, "en", 2)


def test_the_history_keeps_what_was_there_before_and_why(desk: Desk) -> None:
    claimant = a_claimant(desk)
    update(desk, claimant, office="Minister", reason="The source says so.")
    with desk.database.read() as session:
        (history,) = relationships.lists(session, Relationship(Revision, theirs="record_id", order_by="version"), [claimant.id])
    assert [(each.version, each.action, each.reason) for each in history] == [
        (1, "recordClaimant", None),
        (2, "updateClaimant", "The source says so."),
    ]
    assert (history[1].before, history[1].after) == ('{"office":null}', '{"office":"Minister"}')
    assert history[1].previous_hash == history[0].hash


def test_a_correction_that_changes_nothing_leaves_no_trace(desk: Desk) -> None:
    claim = a_claim(desk)
    before = everything(desk)
    assert update(desk, claim, statement=claim.statement).version == 1
    assert everything(desk) == before


@pytest.mark.parametrize(
    ("make", "given", "field"),
    [
        (a_source, {"title": None}, "title"),
        (a_source, {"kind": None}, "kind"),
        (a_source, {"snapshot": None}, "snapshot"),
        (a_claimant, {"name": None}, "name"),
        (a_claim, {"statement": None}, "statement"),
        (a_claim, {"is_hedged": None}, "is_hedged"),
        (a_prediction, {"kind": None}, "kind"),
    ],
)
def test_what_a_record_cannot_be_without_is_not_cleared(
    make: Callable[[Desk], Any], given: dict[str, Any], field: str, desk: Desk
) -> None:
    assert not_updated(desk, refusals.CannotBeCleared, make(desk), **given).field == (field,)


def test_a_stale_correction_is_refused(desk: Desk) -> None:
    claim = a_claim(desk)
    update(desk, claim, note="One.", expected_version=1)
    assert not_updated(desk, StaleVersion, claim, note="Two.", expected_version=1).facts["current"] == 2


@pytest.mark.parametrize("verb", ["Source", "Claimant", "Claim", "Prediction"])
def test_of_writers_who_read_the_same_version_one_succeeds(verb: str, desk: Desk) -> None:
    make: dict[str, Callable[[Desk], Any]] = {
        "Source": a_source,
        "Claimant": a_claimant,
        "Claim": a_claim,
        "Prediction": a_prediction,
    }
    field = {"Source": "byline", "Claimant": "office", "Claim": "note", "Prediction": "likelihood_text"}[verb]
    record = make[verb](desk)

    def write(number: int) -> bool:
        try:
            update(desk, record, **{field: f"Writer {number}"}, expected_version=1)
        except StaleVersion:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(write, range(6))) == [False] * 5 + [True]
    with desk.database.read() as session:
        assert records.get(session, type(record), record.id).version == 2


def test_a_race_of_many_rounds_loses_no_version(desk: Desk) -> None:
    claim = a_claim(desk)

    def write(number: int) -> int:
        done = 0
        for _ in range(10):
            with desk.database.read() as session:
                version = records.get(session, Claim, claim.id).version
            try:
                update(desk, claim, note=f"{number} at {version}", expected_version=version)
                done += 1
            except StaleVersion:
                continue
        return done

    with ThreadPoolExecutor(2) as pool:
        succeeded = sum(pool.map(write, range(2)))
    with desk.database.read() as session:
        assert records.get(session, Claim, claim.id).version == 1 + succeeded


def test_a_date_brings_its_precision_along(desk: Desk) -> None:
    claim = a_claim(desk)
    dated = update(desk, claim, said_on="2025-11-01", said_on_precision="MONTH")
    assert (dated.said_on, dated.said_on_precision) == (date(2025, 11, 1), DatePrecision.MONTH)
    assert update(desk, claim, said_on="2025-10-31").said_on_precision is DatePrecision.MONTH
    cleared = update(desk, claim, said_on=None)
    assert (cleared.said_on, cleared.said_on_precision) == (None, None)
    not_updated(desk, refusals.NoPrecision, claim, said_on_precision="DAY")
    not_updated(desk, refusals.InTheFuture, claim, said_on="2027-01-01")


def test_voice_and_claimant_still_have_to_agree(desk: Desk) -> None:
    claim, claimant = a_claim(desk), a_claimant(desk)
    assert not_updated(desk, refusals.NobodyNamed, claim, voice="REPORTED").field == ("claimant_id",)
    named = update(desk, claim, voice="REPORTED", claimant_id=claimant.id)
    assert (named.voice, named.claimant_id) == (Voice.REPORTED, claimant.id)
    not_updated(desk, refusals.SomebodyNamed, claim, voice="UNATTRIBUTED")
    assert update(desk, claim, voice="UNATTRIBUTED", claimant_id=None).claimant_id is None


def test_a_claim_is_not_made_after_what_its_prediction_rests_on(desk: Desk) -> None:
    claim = a_claim(desk)
    prediction = a_prediction(desk, claim=claim)
    assert not_updated(desk, refusals.DueBeforeTheClaim, claim, said_on="2025-11-20").field == ("said_on",)
    resolved(desk, prediction, occurred_on=date(2025, 11, 10))
    assert not_updated(desk, refusals.BeforeTheClaim, claim, said_on="2025-11-11", reason="r").field == ("said_on",)
    assert update(desk, claim, said_on="2025-11-10", reason="It was in the print edition.").version == 2


def test_a_name_or_an_address_of_another_is_refused(desk: Desk) -> None:
    a_claimant(desk, "Ann")
    ben = a_claimant(desk, "Ben")
    assert not_updated(desk, refusals.AlreadyRecorded, ben, name="Ann").field == ("name",)
    assert update(desk, ben, name="Ben", office="Mayor").version == 2
    a_source(desk, url="https://example.org/a")
    other = a_source(desk, url="https://example.org/b")
    assert not_updated(desk, refusals.AlreadyRecorded, other, url="https://example.org/a").field == ("url",)
    assert update(desk, other, url="https://example.org/c").url == "https://example.org/c"


def test_a_source_does_not_come_to_repeat_itself(desk: Desk) -> None:
    wire, paper, blog = (a_source(desk, title=title) for title in ("Wire", "Paper", "Blog"))
    update(desk, paper, derived_from_id=wire.id)
    update(desk, blog, derived_from_id=paper.id)
    for record, other in ((wire, blog), (wire, wire)):
        assert not_updated(desk, refusals.DerivedFromItself, record, derived_from_id=other.id).field == ("derived_from_id",)
    not_updated(desk, refusals.NotFound, wire, derived_from_id="01a20724-4587-74c2-ac48-3da18ddeec7c")


def test_another_capture_of_a_source_stands_beside_the_first(desk: Desk) -> None:
    source = a_source(desk)
    update(desk, source, snapshot={"text": "The bridge is open."})
    with desk.database.read() as session:
        newest = stored.latest_snapshot(session, source.id)
        assert newest is not None
        assert session.get_one(Source, source.id).version == 1
    assert not_updated(desk, refusals.AlreadyRecorded, source, snapshot={"text": "The bridge is open."}).field == ("snapshot",)


def test_other_criteria_need_a_reason_and_show(desk: Desk) -> None:
    prediction = a_prediction(desk)
    assert not_updated(desk, refusals.NeedsReason, prediction, criteria="Somebody says so.").field == ("reason",)
    changed = update(desk, prediction, criteria="Somebody says so.", reason="The ministry is gone.")
    assert (changed.criteria, changed.seal) == ("Somebody says so.", prediction.seal)
    assert update(desk, prediction, likelihood_text="is likely to").likelihood_text == "is likely to"


def test_what_was_answered_is_not_reworded(desk: Desk) -> None:
    prediction = a_prediction(desk)
    resolved(desk, prediction)
    not_updated(desk, refusals.AlreadyResolved, prediction, question="Does it close?", reason="r")
    assert update(desk, prediction, likelihood_text="will", reason="Misquoted.").version == 3
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="Too early."))
    assert update(desk, prediction, question="Does it close?", reason="Misread.").question == "Does it close?"


def test_a_due_date_keeps_its_basis(desk: Desk) -> None:
    prediction = a_prediction(desk)
    not_updated(desk, refusals.NoBasis, prediction, due_basis=None)
    not_updated(desk, refusals.NoReasoning, prediction, due_basis="DERIVED")
    assert update(desk, prediction, due_basis="DERIVED", due_reasoning="7 + 12 = 19").due_basis is DueBasis.DERIVED


def snooze(desk: Desk, prediction: Prediction, until: str) -> Any:
    order = predictions.SnoozePrediction.model_validate({"prediction_id": prediction.id, "until": until, "reason": "Not yet."})
    return do(desk, predictions.snooze_prediction, order)


def test_a_prediction_without_a_due_date_can_be_put_off(desk: Desk) -> None:
    prediction = a_prediction(desk, None, review_on=date(2026, 1, 1))
    do(desk, flagging.flag_predictions, flagging.FlagPredictions())
    assert snooze(desk, prediction, "2026-12-24").review_on == date(2026, 12, 24)
    run = do(desk, flagging.flag_predictions, flagging.FlagPredictions())
    assert (run.flags, run.cleared) == ([], 0)
    later = do(desk, flagging.flag_predictions, flagging.FlagPredictions(as_of=date(2026, 12, 25)))
    assert [flag.due_on for flag in later.flags] == [date(2026, 12, 24)]


def test_a_prediction_is_not_put_off_to_the_past_nor_past_its_due_date(desk: Desk) -> None:
    undated, dated = a_prediction(desk, None), a_prediction(desk)
    order = predictions.SnoozePrediction
    given = {"reason": "r", "until": TODAY}
    refused(desk, refusals.NotToCome, predictions.snooze_prediction, order(prediction_id=undated.id, **given))
    refused(desk, refusals.HasDueDate, predictions.snooze_prediction, order(prediction_id=dated.id, **given))
    resolved(desk, undated)
    refused(desk, refusals.AlreadyResolved, predictions.snooze_prediction, order(prediction_id=undated.id, **given))


def test_a_claim_is_retracted_with_a_reason_and_restored(desk: Desk) -> None:
    claim = a_claim(desk)
    order = {"claim_id": claim.id, "reason": "Misread."}
    retracted = do(desk, claims.retract_claim, claims.RetractClaim(**order))
    assert (retracted.retracted_reason, retracted.retracted_at is not None) == ("Misread.", True)
    refused(desk, refusals.AlreadyRetracted, claims.retract_claim, claims.RetractClaim(**order))
    refused(desk, refusals.Retracted, predictions.record_prediction, predictions.RecordPrediction(claim_id=claim.id, question="q", criteria="c"))  # fmt: skip
    restored = do(desk, claims.restore_claim, claims.RestoreClaim(**order))
    assert (restored.retracted_reason, restored.retracted_at, restored.version) == (None, None, 3)
    refused(desk, refusals.NotRetracted, claims.restore_claim, claims.RestoreClaim(**order))


def test_a_claim_is_not_retracted_while_an_answer_is_wanted(desk: Desk) -> None:
    prediction = a_prediction(desk)
    order = claims.RetractClaim(claim_id=prediction.claim_id, reason="Misread.")
    refused(desk, refusals.PredictionTracked, claims.retract_claim, order)
    resolved(desk, prediction)
    assert do(desk, claims.retract_claim, order).retracted_reason == "Misread."
