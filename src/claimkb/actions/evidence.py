"""Record what supports or refutes a claim, an outcome or a review."""

from collections.abc import Iterable

from pydantic import Field as Rule

from claimkb.actions.quotes import Quoted, Quoting
from claimkb.actions.sources import RecordSource, add_source
from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Claim, Evidence, Outcome, Review, Source
from claimkb.domain.evidence import Passage, Stance, check_source, check_subject
from claimkb.domain.meaning import check_may_add
from claimkb.domain.normal_forms import address_form
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Note
from claimkb.domain.reference import ClaimId, OutcomeId, ReviewId, SourceId
from claimkb.domain.refusals import within
from claimkb.domain.retraction import check_stands
from claimkb.store import claims, sources
from claimkb.store.engine import locks, records


class GiveEvidence(Quoting):
    """A source that matters, by its id or described, with the words that matter and how they stand to the matter."""

    source_id: SourceId | None = Rule(default=None, description="The source, if it is recorded.")
    source: RecordSource | None = Rule(
        default=None, description="The source, if it is not recorded; one with a known address is used again."
    )
    quote: Passage | None = None
    stance: Stance = Rule(description="How it stands to what it is about.")
    note: Note | None = None

    def quoted(self) -> Iterable[Quoted]:
        """List the quote, if there is one."""
        if self.quote is not None:
            yield Quoted(self.source_id, self.source.url if self.source else None, self.quote)


class AddEvidence(GiveEvidence):
    """Evidence about a claim, about an outcome or about a review."""

    claim_id: ClaimId | None = Rule(default=None, description="The claim that it is about.")
    outcome_id: OutcomeId | None = Rule(default=None, description="The outcome that it is about.")
    review_id: ReviewId | None = Rule(default=None, description="The review that it is about.")


def _source(work: Work, command: GiveEvidence) -> Source:
    """Find the source of a piece of evidence, or record it."""
    check_source(command.source_id, command.source)
    if command.source is not None:
        known = None
        if command.source.url:
            locks.hold_alike(work.session, address_form(command.source.url))
            known = sources.find_by_url(work.session, command.source.url)
        with within("source"):
            if known is not None:
                return records.get_in_use(work.session, Source, known.id)
            return add_source(work, command.source)
    return records.get_in_use(work.session, Source, command.source_id, "source_id")


def give_evidence(
    work: Work, command: GiveEvidence, *, claim: Claim | None = None, outcome: Outcome | None = None, review: Review | None = None
) -> Evidence:
    """Attach a piece of evidence, in the transaction of another action."""
    source = _source(work, command)
    check_stands(source, "source_id" if command.source is None else "source")
    work.anchors.check_occurs(sources.latest_snapshot(work.session, source.id), command.quote)
    given = Evidence(
        claim_id=claim.id if claim else None,
        outcome_id=outcome.id if outcome else None,
        review_id=review.id if review else None,
        source_id=source.id,
        quote=command.quote,
        stance=command.stance,
        note=command.note,
    )
    known = claims.find_evidence(work.session, given)
    refuse_again("evidence", known, "source_id")
    return work.add(given)


@needs(Permission.RECORD)
def add_evidence(work: Work, command: AddEvidence) -> Evidence:
    """Record a source that supports, refutes or gives context to a claim, an outcome or a review."""
    check_subject(command.claim_id, command.outcome_id, command.review_id)
    claim = records.get(work.session, Claim, command.claim_id, "claim_id") if command.claim_id else None
    if claim is not None:
        check_stands(claim, "claim_id")
    outcome = records.get(work.session, Outcome, command.outcome_id, "outcome_id") if command.outcome_id else None
    review = records.get(work.session, Review, command.review_id, "review_id") if command.review_id else None
    field = "outcome_id" if command.outcome_id else "review_id"
    check_may_add(command.stance, outcome or review, field, work.actor, work.policy)
    return give_evidence(work, command, claim=claim, outcome=outcome, review=review)
