"""What was recorded in error is put right, or retracted with a reason: it stays in the history, and is out of lists."""

from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from claimkb.actions import claims, evidence, mending, sources
from claimkb.actions.work import Desk
from claimkb.domain import Appearance, Claim, ClaimRelation, Evidence, Revision, Source, refusals
from claimkb.domain.anchoring import AnchorStatus
from claimkb.domain.evidence import RestsOnThisAlone
from claimkb.domain.retraction import SourceInUse
from claimkb.store import claims as store_claims
from claimkb.store import predictions as store_predictions
from claimkb.store import reviews as store_reviews
from claimkb.store import revisions, search, verification
from claimkb.store import sources as store_sources
from claimkb.store.claims import ClaimFilter
from claimkb.store.sources import SourceFilter
from tests.builders import (
    TODAY,
    a_claim,
    a_fact,
    a_prediction,
    a_source,
    do,
    refused,
    resolved,
    reviewed,
)

WHY: dict[str, Any] = {"reason": "Another bridge."}


def an_appearance(desk: Desk, claim: Claim | None = None, source: Source | None = None, **given: Any) -> Appearance:
    about = {"claim_id": (claim or a_claim(desk)).id, "source_id": (source or a_source(desk)).id}
    return do(desk, claims.add_appearance, claims.AddAppearance.model_validate({**about, **given}))


def evidence_of(desk: Desk, claim: Claim, **given: Any) -> Evidence:
    source_id = given.pop("source_id", None) or a_source(desk, publisher="The Times").id
    order = {"claim_id": claim.id, "stance": "SUPPORTS", "source_id": source_id, **given}
    return do(desk, evidence.add_evidence, evidence.AddEvidence.model_validate(order))


def a_relation(desk: Desk, one: Claim, other: Claim, type_: str = "REPEATS") -> ClaimRelation:
    return do(desk, claims.relate_claims, claims.RelateClaims(from_claim_id=one.id, to_claim_id=other.id, type=type_))


def updated(desk: Desk, appearance: Appearance, **changes: Any) -> Appearance:
    order = mending.UpdateAppearance.model_validate({"appearance_id": appearance.id, **changes})
    return do(desk, mending.update_appearance, order)


def retract_appearance(appearance: Appearance) -> mending.RetractAppearance:
    return mending.RetractAppearance(appearance_id=appearance.id, **WHY)


def retract_evidence(given: Evidence) -> mending.RetractEvidence:
    return mending.RetractEvidence(evidence_id=given.id, **WHY)


def found(desk: Desk, wanted: ClaimFilter) -> list[Any]:
    with desk.database.read() as session:
        return [claim.id for claim in session.scalars(store_claims.matching(wanted, TODAY))]


def test_where_a_claim_stands_is_said_by_page_time_and_entry_with_a_translation(desk: Desk) -> None:
    translation = {"text": "Die Brücke ist lang.", "language": "de", "by": "Ada"}
    quote = {"exact": "The bridge is long."}
    shown = an_appearance(desk, page=3, at=0, entry="12.40", quote=quote, language="en-GB", translation=translation)
    assert (shown.page, shown.at, shown.entry, shown.language) == (3, 0, "12.40", "en-GB")
    assert (shown.translation_text, shown.translation_language, shown.translation_by) == tuple(translation.values())
    assert a_claim(desk, statement="Le pont est long.", language="fr").language == "fr"


@pytest.mark.parametrize(
    "wrong",
    [{"page": 0}, {"at": -1}, {"entry": ""}, {"language": "?"}, {"translation": {"text": "Lang."}}, {"translation": {"language": "de"}}],
)  # fmt: skip
def test_a_place_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        claims.AddAppearance.model_validate({"claim_id": str(TODAY), "source_id": str(TODAY), **wrong})


def test_an_appearance_is_corrected_and_its_history_keeps_what_was_there(desk: Desk) -> None:
    shown = an_appearance(desk, section="Bridges", quote={"exact": "Critics doubt it"}, translation={"text": "x", "language": "de"})
    after = updated(desk, shown, section=None, page=2, quote={"exact": "The bridge is long"}, translation=None, reason="A slip.")
    assert (after.version, after.section, after.page, after.quote_start, after.translation_text) == (2, None, 2, 68, None)
    with desk.database.read() as session:
        revision = session.scalars(sa.select(Revision).where(col(Revision.record_id) == shown.id, col(Revision.version) == 2)).one()
    assert (revision.action, revision.reason, '"quote_start":50' in revision.before) == ("updateAppearance", "A slip.", True)
    assert list(verification.find(desk.database)) == []


def test_a_quote_that_is_taken_away_leaves_no_anchor(desk: Desk) -> None:
    after = updated(desk, an_appearance(desk, quote={"exact": "Critics doubt it"}), quote=None)
    assert (after.quote_exact, after.quote_start, after.snapshot_id, after.anchor_status) == (None, None, None, AnchorStatus.NONE)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"speech": None}, refusals.CannotBeCleared),
        ({"quote": {"exact": "It is short"}}, refusals.QuoteNotFound),
        ({"quote": {"exact": "The bridge is long"}}, refusals.AlreadyRecorded),
        ({"page": 1, "expected_version": 7}, refusals.StaleVersion),
    ],
)
def test_a_correction_that_cannot_be_is_refused(desk: Desk, wrong: dict[str, Any], refusal: type[refusals.Refusal]) -> None:
    claim, source = a_claim(desk), a_source(desk)
    an_appearance(desk, claim, source, quote={"exact": "The bridge is long"})
    shown = an_appearance(desk, claim, source, quote={"exact": "Critics doubt it"})
    refused(desk, refusal, mending.update_appearance, mending.UpdateAppearance.model_validate({"appearance_id": shown.id, **wrong}))


def test_a_retracted_appearance_is_out_of_filters_and_searches_and_comes_back(desk: Desk) -> None:
    claim, source = a_claim(desk), a_source(desk)
    shown = an_appearance(desk, claim, source, quote={"exact": "Critics doubt it"})

    def counts() -> tuple[int, int]:
        with desk.database.read() as session:
            hits = session.scalars(search.matching("critics", None, is_sqlite=desk.database.is_sqlite)).all()
        return len(found(desk, ClaimFilter(source_id=source.id))), len(hits)

    assert counts() == (1, 1)
    do(desk, mending.retract_appearance, retract_appearance(shown))
    assert counts() == (0, 0)
    do(desk, mending.restore_appearance, mending.RestoreAppearance(appearance_id=shown.id, **WHY))
    assert counts() == (1, 1)
    assert list(verification.find(desk.database)) == []


def test_an_appearance_is_retracted_once_and_restored_once(desk: Desk) -> None:
    shown = an_appearance(desk)
    restore = mending.RestoreAppearance(appearance_id=shown.id, **WHY)
    refused(desk, refusals.NotRetracted, mending.restore_appearance, restore)
    do(desk, mending.retract_appearance, retract_appearance(shown))
    assert str(refused(desk, refusals.AlreadyRetracted, mending.retract_appearance, retract_appearance(shown))) == (
        "This appearance is retracted already."
    )
    refused(desk, refusals.Retracted, mending.update_appearance, mending.UpdateAppearance(appearance_id=shown.id, page=1))


def test_what_was_retracted_is_restored_and_not_recorded_again(desk: Desk) -> None:
    claim, source = a_claim(desk), a_source(desk)
    do(desk, mending.retract_appearance, retract_appearance(an_appearance(desk, claim, source)))
    order = claims.AddAppearance(claim_id=claim.id, source_id=source.id)
    assert "It was retracted: restore it" in str(refused(desk, refusals.AlreadyRecorded, claims.add_appearance, order))


def test_retracted_evidence_counts_no_longer(desk: Desk) -> None:
    claim = a_fact(desk)
    of_times, other = evidence_of(desk, claim), evidence_of(desk, claim, source_id=a_source(desk, publisher="The Post").id)
    wanted = ClaimFilter(rests_only_on="The Times")
    assert found(desk, wanted) == []
    do(desk, mending.retract_evidence, retract_evidence(other))
    assert found(desk, wanted) == [claim.id]
    do(desk, mending.retract_evidence, retract_evidence(of_times))
    assert found(desk, wanted) == []
    do(desk, mending.restore_evidence, mending.RestoreEvidence(evidence_id=of_times.id, **WHY))
    assert found(desk, wanted) == [claim.id]
    refused(desk, refusals.NotRetracted, mending.restore_evidence, mending.RestoreEvidence(evidence_id=of_times.id, **WHY))
    assert list(verification.find(desk.database)) == []


def test_the_last_evidence_of_an_outcome_or_a_review_is_not_retracted(desk: Desk) -> None:
    given = [{"source_id": a_source(desk).id, "stance": "SUPPORTS"}]
    outcome = resolved(desk, a_prediction(desk), no_evidence_reason=None, evidence=given)
    review = reviewed(desk, a_fact(desk), no_evidence_reason=None, evidence=given)
    with desk.database.read() as session:
        pieces = session.scalars(sa.select(Evidence).order_by(col(Evidence.outcome_id).is_(None))).all()
    said = [str(refused(desk, RestsOnThisAlone, mending.retract_evidence, retract_evidence(each))) for each in pieces]
    assert [each.split()[1] for each in said] == ["outcome", "review"]
    for about in ({"outcome_id": outcome.id}, {"review_id": review.id}):
        order = {"stance": "CONTEXT", "source_id": a_source(desk).id, **about}
        do(desk, evidence.add_evidence, evidence.AddEvidence.model_validate(order))
    assert [do(desk, mending.retract_evidence, retract_evidence(each)).version for each in pieces] == [2, 2]
    with desk.database.read() as session:
        assert store_reviews.independent_origins(session, [review.id], None) == [0]


def test_evidence_of_an_outcome_that_says_why_it_has_none_is_retracted_as_a_correction(desk: Desk) -> None:
    prediction = a_prediction(desk)
    resolved(desk, prediction, evidence=[{"source_id": a_source(desk).id, "stance": "SUPPORTS"}])
    with desk.database.read() as session:
        piece = session.scalars(sa.select(Evidence)).one()
    do(desk, mending.retract_evidence, retract_evidence(piece))
    with desk.database.read() as session:
        (correction,) = session.scalars(revisions.corrections(revisions.CorrectionFilter(prediction_id=prediction.id)))
    assert (correction.action, correction.record_id) == ("retractEvidence", piece.id)


def test_what_evidence_says_is_never_changed(desk: Desk) -> None:
    evidence_of(desk, a_fact(desk))
    with pytest.raises(sa.exc.IntegrityError, match="evidence is appended to"), desk.database.connection() as connection:
        connection.exec_driver_sql("UPDATE evidence SET stance = 'REFUTES'")


def test_a_retracted_relation_holds_no_longer_and_relating_brings_it_back(desk: Desk) -> None:
    one, other = (a_prediction(desk, claim=a_claim(desk, said_on=day)) for day in ("2025-01-02", "2025-01-01"))
    claims_of = {each.claim_id: each for each in (one, other)}
    with desk.database.read() as session:
        first, second = (session.get_one(Claim, id_) for id_ in claims_of)
    relation = a_relation(desk, first, second, "DEPENDS_ON")
    resolved(desk, other, verdict="NO")

    def undermining() -> int:
        with desk.database.read() as session:
            return len(store_predictions.undermining(session, [one.id])[0])

    assert undermining() == 1
    do(desk, mending.retract_relation, mending.RetractRelation(relation_id=relation.id, **WHY))
    assert undermining() == 0
    a_relation(desk, second, first, "DEPENDS_ON")
    refused(
        desk,
        refusals.WouldGoRound,
        claims.relate_claims,
        claims.RelateClaims(from_claim_id=first.id, to_claim_id=second.id, type="DEPENDS_ON"),
    )
    back = a_relation(desk, first, second, "QUALIFIES")
    do(desk, mending.retract_relation, mending.RetractRelation(relation_id=back.id, **WHY))
    again = a_relation(desk, first, second, "QUALIFIES")
    assert (again.id, again.version, again.retracted_at) == (back.id, 3, None)


def test_a_retracted_repetition_is_no_link_of_a_chain(desk: Desk) -> None:
    first, second = (a_claim(desk, said_on=day) for day in ("2025-01-01", "2025-01-02"))
    relation = a_relation(desk, second, first)
    order = claims.UpdateClaim(claim_id=first.id, said_on="2025-01-03")
    refused(desk, refusals.RepeatsWhatCameLater, claims.update_claim, order)
    do(desk, mending.retract_relation, mending.RetractRelation(relation_id=relation.id, **WHY))
    assert do(desk, claims.update_claim, order).version == 2
    refused(desk, refusals.AlreadyRetracted, mending.retract_relation, mending.RetractRelation(relation_id=relation.id, **WHY))


def test_a_claim_revises_what_was_said_before_and_not_both_ways(desk: Desk) -> None:
    first, second = (a_fact(desk, said_on=day) for day in ("2025-01-01", "2025-01-02"))

    def revises(one: Claim, other: Claim) -> claims.RelateClaims:
        return claims.RelateClaims(from_claim_id=one.id, to_claim_id=other.id, type="REVISES")

    wrong = refused(desk, refusals.RepeatsWhatCameLater, claims.relate_claims, revises(first, second))
    assert str(wrong).startswith("What would revise came first: it was said on 2025-01-01, and what it would revise on")
    do(desk, claims.relate_claims, revises(second, first))
    same_day = [a_fact(desk), a_fact(desk)]
    do(desk, claims.relate_claims, revises(*same_day))
    assert "revises this one already" in str(
        refused(desk, refusals.RepeatsBothWays, claims.relate_claims, revises(*same_day[::-1]))
    )
    assert a_relation(desk, first, second, "QUOTES").type == "QUOTES"


def test_a_source_in_use_is_not_retracted_and_an_unused_one_is(desk: Desk) -> None:
    source = a_source(desk)
    shown, given = an_appearance(desk, source=source), evidence_of(desk, a_fact(desk), source_id=source.id)
    order = sources.RetractSource(source_id=source.id, **WHY)
    wrong = refused(desk, SourceInUse, sources.retract_source, order)
    assert str(wrong).startswith("This source is in use by 1 appearance and 1 piece of evidence: retract what uses it first")
    do(desk, mending.retract_appearance, retract_appearance(shown))
    do(desk, mending.retract_evidence, retract_evidence(given))
    assert do(desk, sources.retract_source, order).retracted_reason == "Another bridge."
    refused(desk, refusals.AlreadyRetracted, sources.retract_source, order)
    with desk.database.read() as session:
        counts = [len(session.scalars(store_sources.matching(SourceFilter(is_retracted=each))).all()) for each in (None, True)]
    assert counts == [0, 1]


def test_nothing_rests_on_a_retracted_source_until_it_is_restored(desk: Desk) -> None:
    source = a_source(desk, url="https://example.org/1")
    shown, given = an_appearance(desk, source=source), evidence_of(desk, a_fact(desk), source_id=source.id)
    do(desk, mending.retract_appearance, retract_appearance(shown))
    do(desk, mending.retract_evidence, retract_evidence(given))
    do(desk, sources.retract_source, sources.RetractSource(source_id=source.id, **WHY))
    claim, stance = a_fact(desk), "CONTEXT"
    named = {"claim_id": claim.id, "stance": stance, "source": {"title": "T", "url": "https://example.org/1"}}
    restore = mending.RestoreEvidence(evidence_id=given.id, **WHY)
    for action, order in (
        (claims.add_appearance, claims.AddAppearance(claim_id=claim.id, source_id=source.id)),
        (evidence.add_evidence, evidence.AddEvidence.model_validate(named)),
        (mending.restore_appearance, mending.RestoreAppearance(appearance_id=shown.id, **WHY)),
        (mending.restore_evidence, restore),
        (sources.add_snapshot, sources.AddSnapshot(source_id=source.id, snapshot={"text": "Another."})),
    ):
        refused(desk, refusals.Retracted, action, order)
    do(desk, sources.restore_source, sources.RestoreSource(source_id=source.id, **WHY))
    assert do(desk, mending.restore_evidence, restore).retracted_at is None
    refused(desk, refusals.NotRetracted, sources.restore_source, sources.RestoreSource(source_id=source.id, **WHY))
