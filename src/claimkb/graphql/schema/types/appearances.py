"""Where claims stand in sources, as the API shows it."""

from typing import Any

from strawberry import auto

from claimkb import domain
from claimkb.domain.anchor_proposal import AnchorDecision
from claimkb.graphql.mapping.edges import to_many, to_one
from claimkb.graphql.mapping.fields import embedded
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions


@view(
    domain.Appearance,
    name="Quote",
    names={
        "quote_exact": "exact",
        "quote_prefix": "prefix",
        "quote_suffix": "suffix",
        "quote_start": "start",
        "quote_end": "end",
        "anchor_status": "status",
        "quote_was": "was",
    },
)
class Quote:
    """The words of a source that make a claim, and their place: W3C TextQuoteSelector and TextPositionSelector."""

    quote_exact: auto
    quote_prefix: auto
    quote_suffix: auto
    quote_start: auto
    quote_end: auto
    anchor_status: auto
    quote_was: auto


@view(
    domain.Appearance,
    name="Translation",
    names={"translation_text": "text", "translation_language": "language", "translation_by": "by"},
)
class Translation:
    """The words of a quote in another language, and whose translation it is."""

    translation_text: auto
    translation_language: auto
    translation_by: auto


@view(domain.Appearance)
class Appearance(Node):
    version: auto
    created_at: auto
    updated_at: auto
    section: auto
    paragraph: auto
    speech: auto
    claimant_role: auto
    page: auto
    at: auto
    entry: auto
    language: auto
    retracted_at: auto
    retracted_reason: auto
    claim = to_one(domain.Claim, via="claim_id", description="The claim.")
    source = to_one(domain.Source, via="source_id", description="The source that it stands in.")
    snapshot = to_one(
        domain.Snapshot,
        via="snapshot_id",
        optional=True,
        description="The snapshot that the quote is anchored in.",
    )
    anchor_to_decide = to_one(
        domain.AnchorProposal,
        by="appearance_id",
        where=(("decision", AnchorDecision.WAITING),),
        optional=True,
        description="What a newer snapshot has in the place of the quote, and waits for a person; null where nothing does.",
    )
    anchors = to_many(
        domain.AnchorProposal,
        by="appearance_id",
        order_by="created_at",
        description="What newer snapshots had in the place of the quote where it had changed, and what became of it.",
    )
    revisions = revisions()

    @embedded("quote_exact", description="The words, and where they stand; null if none were recorded.")
    def quote(self: Any) -> Quote | None:
        return self if self.quote_exact is not None else None

    @embedded("translation_text", description="The quote in another language; null if none was recorded.")
    def translation(self: Any) -> Translation | None:
        return self if self.translation_text is not None else None


@view(domain.AnchorProposal)
class AnchorProposal(Node):
    version: auto
    created_at: auto
    updated_at: auto
    status: auto
    exact: auto
    start: auto
    end: auto
    decision: auto
    decided_by: auto
    rejected_reason: auto
    appearance = to_one(domain.Appearance, via="appearance_id", description="The appearance whose quote it is about.")
    snapshot = to_one(domain.Snapshot, via="snapshot_id", description="The newer snapshot.")
    revisions = revisions()
