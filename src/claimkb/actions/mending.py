"""Put right what was recorded in error: correct an appearance, and retract or restore appearances, evidence and relations."""

from collections.abc import Iterable

from pydantic import Field as Rule

from claimkb.actions.places import Quote, Translation, anchored, translated
from claimkb.actions.quotes import Quoted, Quoting
from claimkb.actions.reanchoring import find_again_in, overtake
from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Appearance, ClaimRelation, Evidence, Outcome, Review, Source
from claimkb.domain.appearance import At, ClaimantRole, Entry, Page, Paragraph, Section, Speech
from claimkb.domain.evidence import check_rests_on_other
from claimkb.domain.meaning import check_may_change, is_in_force
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, ExpectedVersion, Reason, Update
from claimkb.domain.reference import AppearanceId, ClaimRelationId, EvidenceId
from claimkb.domain.retraction import check_stands, restore, retract
from claimkb.domain.revision import revise
from claimkb.domain.source import Language
from claimkb.store import appearances, claims, sources
from claimkb.store.engine import locks, records
from claimkb.store.engine.locks import Lock


class UpdateAppearance(Update, Quoting):
    """What to change of an appearance: a field that is left out is kept, null clears it."""

    appearance_id: AppearanceId
    section: Section | None = None
    paragraph: Paragraph | None = None
    speech: Speech | None = Rule(default=None, description="In what form the source gives the claim.")
    claimant_role: ClaimantRole | None = None
    page: Page | None = None
    at: At | None = None
    entry: Entry | None = None
    quote: Quote | None = Rule(default=None, description="Other words, which are anchored in the newest snapshot of the source.")
    language: Language | None = Rule(default=None, description="The language of the quote, where it is not that of the source.")
    translation: Translation | None = Rule(default=None, description="The quote in another language.")

    def quoted(self) -> Iterable[Quoted]:
        """List the quote, if there is one."""
        if self.quote is not None:
            yield Quoted(None, None, **self.quote.model_dump(), is_placed=True, appearance_id=self.appearance_id)


class Retraction(Command):
    """Why, and of which version."""

    reason: Reason
    expected_version: ExpectedVersion | None = None


class RetractAppearance(Retraction):
    """Which appearance to retract, and why."""

    appearance_id: AppearanceId


class RestoreAppearance(RetractAppearance):
    """Which retracted appearance to stand by again, and why."""


class RetractEvidence(Retraction):
    """Which evidence to retract, and why."""

    evidence_id: EvidenceId


class RestoreEvidence(RetractEvidence):
    """Which retracted evidence to stand by again, and why."""


class RetractRelation(Retraction):
    """Which relation between claims to retract, and why."""

    relation_id: ClaimRelationId


def _appearance(work: Work, id_: AppearanceId, expected_version: int | None) -> tuple[Appearance, Source]:
    """Fetch an appearance to change it, and its source: that one first, as a newer snapshot locks them."""
    shown = records.get(work.session, Appearance, id_, "appearance_id")
    source = records.get_in_use(work.session, Source, shown.source_id)
    return work.to_change(Appearance, id_, "appearance_id", expected_version), source


@needs(Permission.UPDATE)
def update_appearance(work: Work, command: UpdateAppearance) -> Appearance:
    """Correct where a claim stands in a source. Another quote is anchored in the newest snapshot; the history keeps the old one."""
    changes = command.changes("appearance_id")
    appearance, source = _appearance(work, command.appearance_id, command.expected_version)
    check_stands(appearance, "appearance_id")
    if "translation" in changes:
        changes |= translated(changes.pop("translation"))
    is_quoted_anew = "quote" in changes
    if is_quoted_anew:
        overtake(work, appearance)
        changes |= anchored(work, source, changes.pop("quote")) | {"quote_was": None}
    with work.session.no_autoflush:
        revise(appearance, changes)
        known = claims.find_appearance(work.session, appearance) if is_quoted_anew else None
        refuse_again("appearance", known if known is not appearance else None, "quote")
    return appearance


@needs(Permission.RETRACT)
def retract_appearance(work: Work, command: RetractAppearance) -> Appearance:
    """Say that an appearance was recorded in error: the claim does not stand there. It stays readable."""
    appearance, _ = _appearance(work, command.appearance_id, command.expected_version)
    retract(appearance, command.reason, work.now, "appearance_id")
    overtake(work, appearance)
    return appearance


@needs(Permission.RETRACT)
def restore_appearance(work: Work, command: RestoreAppearance) -> Appearance:
    """Stand by a retracted appearance again. Its quote is looked for in the newest snapshot, if one was added meanwhile."""
    appearance, source = _appearance(work, command.appearance_id, command.expected_version)
    check_stands(source, "appearance_id")
    restore(appearance, "appearance_id")
    newest = sources.latest_snapshot(work.session, source.id)
    if newest is not None:
        find_again_in(work, newest, [appearance])
    return appearance


def _evidence(work: Work, command: RetractEvidence) -> tuple[Evidence, Outcome | Review | None]:
    """Fetch evidence to change it, and the outcome or review that it is about: that one first, so that two do not take all away."""
    shown = records.get(work.session, Evidence, command.evidence_id, "evidence_id")
    of: Outcome | Review | None = None
    if shown.outcome_id is not None:
        of = records.get_to_change(work.session, Outcome, shown.outcome_id)
    elif shown.review_id is not None:
        of = records.get_to_change(work.session, Review, shown.review_id)
    return work.to_change(Evidence, command.evidence_id, "evidence_id", command.expected_version), of


def _check_decided(work: Work, evidence: Evidence, of: Outcome | Review | None, reason: str) -> None:
    """Refuse to change what a decision rests on, as what it is about; such a change that is allowed is a correction."""
    if of is not None and is_in_force(of):
        check_may_change(["evidence_id"], of, work.actor, reason, work.policy)
        work.corrects(evidence, of.prediction_id if isinstance(of, Outcome) else of.claim_id)


@needs(Permission.RETRACT)
def retract_evidence(work: Work, command: RetractEvidence) -> Evidence:
    """Say that evidence was recorded in error. It stays readable. The last piece of an outcome or a review is not retracted, unless
    that gives a reason for having none.
    """
    evidence, of = _evidence(work, command)
    _check_decided(work, evidence, of, command.reason)
    retract(evidence, command.reason, work.now, "evidence_id")
    if of is not None:
        check_rests_on_other(of, appearances.count_beside(work.session, evidence))
    return evidence


@needs(Permission.RETRACT)
def restore_evidence(work: Work, command: RestoreEvidence) -> Evidence:
    """Stand by retracted evidence again."""
    evidence, of = _evidence(work, command)
    _check_decided(work, evidence, of, command.reason)
    check_stands(records.get_in_use(work.session, Source, evidence.source_id), "evidence_id")
    restore(evidence, "evidence_id")
    return evidence


@needs(Permission.RETRACT)
def retract_relation(work: Work, command: RetractRelation) -> ClaimRelation:
    """Say that a relation between claims was recorded in error. It stays readable; relateClaims brings it back."""
    locks.hold(work.session, Lock.RELATING)
    relation = work.to_change(ClaimRelation, command.relation_id, "relation_id", command.expected_version)
    retract(relation, command.reason, work.now, "relation_id")
    return relation
