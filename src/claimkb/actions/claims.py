"""Record claims, where they appear, and how they relate."""

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Appearance, Claim, Claimant, ClaimRelation, Source
from claimkb.domain.anchoring import UNPLACED, anchor, words_at
from claimkb.domain.appearance import ClaimantRole, Exact, Paragraph, Prefix, Section, Speech, Start, Suffix
from claimkb.domain.claim import CheckWorthiness, ClaimKind, RelationType, Statement, Voice, check_relation, check_voice
from claimkb.domain.dates import DatePrecision, DayOf, check_not_future, precision_of
from claimkb.domain.permissions import Permission
from claimkb.domain.record import VERBATIM, Note, Order
from claimkb.domain.reference import ClaimantId, ClaimId, SourceId
from claimkb.domain.refusals import within
from claimkb.store import claims, locks, records, sources
from claimkb.store.locks import Lock


class Quote(Order):
    """The quote's words and its place, as the W3C Web Annotation model has it: TextQuoteSelector and TextPositionSelector."""

    model_config = VERBATIM
    exact: Exact
    prefix: Prefix | None = None
    suffix: Suffix | None = None
    start: Start | None = None


class Place(Order):
    """Where a claim stands in a source."""

    source_id: SourceId
    section: Section | None = None
    paragraph: Paragraph | None = None
    speech: Speech = Rule(default=Speech.INDIRECT, description="In what form the source gives the claim.")
    claimant_role: ClaimantRole | None = None
    quote: Quote | None = Rule(default=None, description="The words that make the claim, and where they stand.")


class RecordClaim(Order):
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
    appearance: Place | None = Rule(default=None, description="Where it stands in its source.")


class AddAppearance(Place):
    """Where else a claim appears."""

    claim_id: ClaimId


class RelateClaims(Order):
    """How one claim stands to another, read as a sentence: the first SUPPORTS the second."""

    from_claim_id: ClaimId = Rule(description="The claim that the sentence begins with.")
    to_claim_id: ClaimId = Rule(description="The claim that the sentence ends with.")
    type: RelationType = Rule(description="How the first stands to the second.")
    note: Note | None = None


def _place(work: Work, claim: Claim, place: Place) -> Appearance:
    """Anchor a claim in its source."""
    source = records.get(work.session, Source, place.source_id, "source_id")
    snapshot = sources.latest_snapshot(work.session, source.id)
    quote, found = place.quote, UNPLACED
    if quote is not None:
        found = anchor(snapshot, quote.exact, quote.prefix, quote.suffix, quote.start)
    appearance = Appearance(
        claim_id=claim.id,
        source_id=source.id,
        snapshot_id=snapshot.id if snapshot and quote else None,
        section=place.section,
        paragraph=place.paragraph,
        speech=place.speech,
        claimant_role=place.claimant_role,
        quote_exact=words_at(snapshot, found) or (quote.exact if quote else None),
        quote_prefix=quote.prefix if quote else None,
        quote_suffix=quote.suffix if quote else None,
        quote_start=found.start,
        quote_end=found.end,
        anchor_status=found.status,
    )
    known = claims.find_appearance(work.session, appearance)
    refuse_again("appearance", known, "quote")
    return work.add(appearance)


@needs(Permission.RECORD)
def record_claim(work: Work, order: RecordClaim) -> Claim:
    """Record one atomic, checkable proposition, in our own words, and where it stands in its source."""
    check_voice(order.voice, order.claimant_id)
    for name, claimant_id in (("claimant_id", order.claimant_id), ("on_behalf_of_id", order.on_behalf_of_id)):
        if claimant_id is not None:
            records.get(work.session, Claimant, claimant_id, name)
    check_not_future("said_on", order.said_on, order.said_on_precision, work.today)
    precision = precision_of(order.said_on, order.said_on_precision, "said_on")
    fields = order.model_dump(exclude={"appearance", "said_on_precision"})
    claim = work.add(Claim(**fields, said_on_precision=precision))
    if order.appearance is not None:
        with within("appearance"):
            _place(work, claim, order.appearance)
    return claim


@needs(Permission.RECORD)
def add_appearance(work: Work, order: AddAppearance) -> Appearance:
    """Record where else a claim appears: in another source, or in another place of the same."""
    claim = records.get(work.session, Claim, order.claim_id, "claim_id")
    return _place(work, claim, order)


@needs(Permission.RECORD)
def relate_claims(work: Work, order: RelateClaims) -> ClaimRelation:
    """Record how one claim stands to another."""
    for name, claim_id in (("from_claim_id", order.from_claim_id), ("to_claim_id", order.to_claim_id)):
        records.get(work.session, Claim, claim_id, name)
    known = claims.find_relation(work.session, order.from_claim_id, order.to_claim_id, order.type)
    refuse_again("relation", known, "type")
    locks.hold(work.session, Lock.RELATING)
    depends_already = claims.depends_on(work.session, order.to_claim_id, order.from_claim_id)
    check_relation(order.from_claim_id, order.to_claim_id, order.type, depends_already=depends_already)
    return work.add(ClaimRelation(**order.model_dump()))
