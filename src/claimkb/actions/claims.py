"""Record claims, where they appear, and how they relate."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pydantic import Field as Rule

from claimkb.actions.places import WHERE, Place, anchored, translated
from claimkb.actions.quotes import Quoted, Quoting
from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Appearance, Claim, Claimant, ClaimRelation, Source
from claimkb.domain.answering import check_after_claim
from claimkb.domain.claim import (
    ONE_WAY,
    CheckWorthiness,
    ClaimKind,
    RelationState,
    RelationType,
    Statement,
    Voice,
    check_relation,
    check_repeats,
    check_repeats_one_way,
    check_voice,
    first_said_on,
)
from claimkb.domain.dates import DatePrecision, DayOf, check_not_future, precision_of, redate
from claimkb.domain.deadline import later
from claimkb.domain.meaning import changed_meaning, check_may_change
from claimkb.domain.merging import check_not_merged
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.permissions import Permission
from claimkb.domain.prediction import check_due_after_claim, check_untracked, deadline
from claimkb.domain.record import Command, ExpectedVersion, Note, Reason, Update
from claimkb.domain.reference import ClaimantId, ClaimId
from claimkb.domain.refusals import within
from claimkb.domain.retraction import check_stands, restore, retract
from claimkb.domain.review import check_kind
from claimkb.domain.revision import revise
from claimkb.domain.source import Language
from claimkb.store import claims, reviews, series
from claimkb.store.engine import locks, records
from claimkb.store.engine.locks import Lock


class RecordClaim(Quoting):
    """What to record of a claim."""

    statement: Statement
    kind: ClaimKind = Rule(description="What sort of proposition it is.")
    voice: Voice = Rule(description="How the source voices it.")
    claimant_id: ClaimantId | None = Rule(default=None, description="Who asserts it; left out where the voice is UNATTRIBUTED.")
    on_behalf_of_id: ClaimantId | None = Rule(default=None, description="For whom the claimant speaks.")
    said_on: DayOf | None = Rule(default=None, description="When it was asserted.")
    said_on_precision: DatePrecision | None = Rule(default=None, description="How much of that date is known; DAY where left out.")
    check_worthiness: CheckWorthiness = Rule(default=CheckWorthiness.MEDIUM, description="How much it matters to check it.")
    is_hedged: bool = Rule(default=False, description="Whether it is weakened by a word such as may, could or seems.")
    note: Note | None = None
    language: Language | None = None
    appearance: Place | None = Rule(default=None, description="Where it stands in its source.")

    def quoted(self) -> Iterable[Quoted]:
        """List the quote of its appearance, if there is one."""
        return self.appearance.quoted() if self.appearance is not None else ()


class UpdateClaim(Update):
    """What to change of a claim: a field that is left out is kept, null clears it."""

    claim_id: ClaimId
    statement: Statement | None = None
    kind: ClaimKind | None = Rule(default=None, description="What sort of proposition it is.")
    voice: Voice | None = Rule(default=None, description="How the source voices it.")
    claimant_id: ClaimantId | None = Rule(default=None, description="Who asserts it; null where the voice is UNATTRIBUTED.")
    on_behalf_of_id: ClaimantId | None = Rule(default=None, description="For whom the claimant speaks.")
    said_on: DayOf | None = Rule(default=None, description="When it was asserted.")
    said_on_precision: DatePrecision | None = Rule(default=None, description="How much of that date is known.")
    check_worthiness: CheckWorthiness | None = Rule(default=None, description="How much it matters to check it.")
    is_hedged: bool | None = Rule(default=None, description="Whether it is weakened by a word such as may, could or seems.")
    note: Note | None = None
    language: Language | None = None


class RetractClaim(Command):
    """Which claim to retract, and why."""

    claim_id: ClaimId
    reason: Reason
    expected_version: ExpectedVersion | None = None


class RestoreClaim(RetractClaim):
    """Which retracted claim to stand by again, and why."""


class AddAppearance(Place):
    """Where else a claim appears."""

    claim_id: ClaimId


class RelateClaims(Command):
    """How one claim stands to another, read as a sentence: the first SUPPORTS the second."""

    from_claim_id: ClaimId = Rule(description="The claim that the sentence begins with.")
    to_claim_id: ClaimId = Rule(description="The claim that the sentence ends with.")
    type: RelationType = Rule(description="How the first stands to the second.")
    state: RelationState = Rule(
        default=RelationState.ASSERTED, description="Whether it is so: DENIED remembers that somebody looked and it is not."
    )
    note: Note | None = None


def _place(work: Work, claim: Claim, place: Place) -> Appearance:
    """Anchor a claim in its source."""
    source = records.get_in_use(work.session, Source, place.source_id, "source_id")
    check_stands(source, "source_id")
    said = {name: getattr(place, name) for name in WHERE}
    fields = said | translated(place.translation) | anchored(work, source, place.quote)
    appearance = Appearance(claim_id=claim.id, source_id=source.id, **fields)
    known = claims.find_appearance(work.session, appearance)
    refuse_again("appearance", known, "quote")
    return work.add(appearance)


def _check_who(work: Work, voice: Voice, **claimants: ClaimantId | None) -> None:
    """Refuse a voice that does not fit the claimant."""
    check_voice(voice, claimants["claimant_id"])
    _hold_claimants(work, claimants)


def _hold_claimants(work: Work, named: Mapping[str, object]) -> None:
    """Refuse claimants that are not there, or were merged into others, and let nobody merge them meanwhile."""
    ids = {name: id_ for name in ("claimant_id", "on_behalf_of_id") if isinstance(id_ := named.get(name), UUID)}
    for name, id_ in sorted(ids.items(), key=lambda each: each[1]):  # in one order, so that nobody waits in a circle
        check_not_merged(records.get_to_name(work.session, Claimant, id_, name), name)


def _check_decided(work: Work, claim: Claim, changes: dict[str, object], reason: str | None) -> None:
    """Refuse to change what a claim means under what was decided about it; such a change that is allowed is a correction."""
    changed = changed_meaning(claim, changes)
    if not changed:
        return
    answered = series.outcomes_in_force(work.session, claim.id)
    review = reviews.find_in_force(work.session, claim.id)
    for decision in (*answered, review):
        check_may_change(changed, decision, work.actor, reason, work.policy)
    if answered or review is not None:
        # A revision corrects one record: of several answered predictions it is their claim.
        work.corrects(claim, answered[0].prediction_id if len(answered) == 1 else claim.id)


@needs(Permission.RECORD)
def record_claim(work: Work, command: RecordClaim) -> Claim:
    """Record one atomic, checkable proposition, in our own words, and where it stands in its source."""
    _check_who(work, command.voice, claimant_id=command.claimant_id, on_behalf_of_id=command.on_behalf_of_id)
    check_not_future("said_on", command.said_on, command.said_on_precision, work.newest_day)
    precision = precision_of(command.said_on, command.said_on_precision, "said_on")
    fields = command.model_dump(exclude={"appearance", "said_on_precision"})
    claim = work.add(Claim(**fields, said_on_precision=precision))
    if command.appearance is not None:
        with within("appearance"):
            _place(work, claim, command.appearance)
    return claim


def _check_said_before(work: Work, claim: Claim) -> None:
    """Refuse a day of saying that comes after what rests on it: the prediction's due date, what happened, and who said it again."""
    for type_, again, first in claims.repeats(work.session, claim.id):
        check_repeats(type_, again, first, "said_on")
    in_force = series.outcomes_in_force(work.session, claim.id)
    confirmed = {each.prediction_id: each for each in in_force if each.review is OutcomeReview.CONFIRMED}
    for prediction in series.of_claim(work.session, claim.id):
        check_due_after_claim(later(prediction.due_on, prediction.answer_from), first_said_on(claim), "said_on")
        check_after_claim(confirmed.get(prediction.id), deadline(prediction), first_said_on(claim), "said_on")


@needs(Permission.UPDATE)
def update_claim(work: Work, command: UpdateClaim) -> Claim:
    """Correct what is recorded of a claim. What was there before stays in the history."""
    changes = command.changes("claim_id")
    is_redated = not changes.keys().isdisjoint({"said_on", "said_on_precision"})
    if is_redated:
        locks.hold(work.session, Lock.RELATING)  # before the claim, as whoever relates it does: what repeats goes by its day
    _hold_claimants(work, changes)  # before the claim, as whoever merges them does
    claim = work.to_change(Claim, command.claim_id, "claim_id", command.expected_version)
    redate(changes, claim, "said_on", work.newest_day)
    _check_decided(work, claim, changes, command.reason)
    with work.session.no_autoflush:
        revise(claim, changes)
        check_voice(claim.voice, claim.claimant_id)
        if is_redated:
            _check_said_before(work, claim)
        check_kind(claim, reviews.find_in_force(work.session, claim.id))
    return claim


@needs(Permission.RETRACT)
def retract_claim(work: Work, command: RetractClaim) -> Claim:
    """Say that a claim was recorded in error. It stays readable. (A claimant who takes it back makes a new appearance.)"""
    claim = work.to_change(Claim, command.claim_id, "claim_id", command.expected_version)
    for prediction in series.of_claim(work.session, claim.id):
        check_untracked(prediction)
    retract(claim, command.reason, work.now, "claim_id")
    return claim


@needs(Permission.RETRACT)
def restore_claim(work: Work, command: RestoreClaim) -> Claim:
    """Stand by a retracted claim again."""
    claim = work.to_change(Claim, command.claim_id, "claim_id", command.expected_version)
    restore(claim, "claim_id")
    return claim


@needs(Permission.RECORD)
def add_appearance(work: Work, command: AddAppearance) -> Appearance:
    """Record where else a claim appears: in another source, or in another place of the same."""
    claim = records.get(work.session, Claim, command.claim_id, "claim_id")
    check_stands(claim, "claim_id")
    return _place(work, claim, command)


@needs(Permission.RECORD)
def relate_claims(work: Work, command: RelateClaims) -> ClaimRelation:
    """Record how one claim stands to another, or that it does not; a relation that is there changes its state, or is restored."""
    locks.hold(work.session, Lock.RELATING)
    again = records.get(work.session, Claim, command.from_claim_id, "from_claim_id")
    first = records.get(work.session, Claim, command.to_claim_id, "to_claim_id")
    check_stands(again, "from_claim_id")
    check_stands(first, "to_claim_id")
    known = claims.find_relation(work.session, command.from_claim_id, command.to_claim_id, command.type)
    if known is not None and known.retracted_at is None and known.state is command.state:
        refuse_again("relation", known, "type")
    asserted = command.state is RelationState.ASSERTED
    is_to_depend = asserted and command.type is RelationType.DEPENDS_ON
    depends_already = is_to_depend and claims.depends_on(work.session, command.to_claim_id, command.from_claim_id)
    check_relation(command.from_claim_id, command.to_claim_id, command.type, depends_already=depends_already)
    if asserted and command.type in ONE_WAY:
        check_repeats(command.type, again, first, "to_claim_id")
        check_repeats_one_way(claims.find_relation(work.session, first.id, again.id, command.type))
    if known is None:
        return work.add(ClaimRelation(**command.model_dump()))
    relation = work.to_change(ClaimRelation, known.id, "type", None)
    if relation.retracted_at is not None:
        restore(relation, "type")
    relation.state, relation.note = command.state, command.note or relation.note
    return relation
