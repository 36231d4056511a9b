"""Published documents, as the API shows them."""

from collections.abc import Sequence
from uuid import UUID

import strawberry
from sqlmodel import Session
from strawberry import auto

from claimkb import domain
from claimkb.domain.permissions import Permission
from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.limits.cost_directives import weighing
from claimkb.graphql.mapping.edges import STANDING, to_many, to_one
from claimkb.graphql.mapping.fields import batched
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.graphql.schema.types.suggestions import note_of_source, of_source
from claimkb.store import sources
from claimkb.store.engine.relationships import Through

TEXT = 10
"""What it costs to read a text, however short it is."""


@view(domain.Snapshot)
class Snapshot(Node):
    captured_at: auto
    sha256: auto
    length: auto
    recorded_at: auto
    recorded_by: auto
    source = to_one(domain.Source, via="source_id", description="The source.")

    @batched(
        str | None,
        by="id",
        description="The text; null where only its fingerprint is kept. It is somebody's article: it takes an account. Each "
        "ten thousand characters cost one more.",
        directives=[weighing(TEXT)],
    )
    def text(info: strawberry.Info) -> Batch:
        context = context_of(info)
        context.actor.need(Permission.READ_TEXT)

        def texts(session: Session, keys: Sequence[UUID]) -> list[str | None]:
            context.charge_for(sum(sources.lengths(session, keys)))
            return sources.texts(session, keys)

        return texts


@view(domain.Source)
class Source(Node):
    version: auto
    created_at: auto
    updated_at: auto
    kind: auto
    title: auto
    url: auto
    publisher: auto
    byline: auto
    language: auto
    published_on: auto
    published_on_precision: auto
    published_on_note: auto
    retracted_at: auto
    retracted_reason: auto
    derived_from = to_one(
        domain.Source, via="derived_from_id", optional=True, description="The source that this one repeats, such as a wire story."
    )
    snapshot = to_one(
        domain.Snapshot,
        by="source_id",
        optional=True,
        order_by="captured_at",
        descending=True,
        description="The newest capture of its text.",
    )
    snapshots = to_many(
        domain.Snapshot, by="source_id", order_by="captured_at", description="Every capture of its text, the oldest first."
    )
    claims = to_many(
        domain.Claim,
        through=Through(domain.Appearance, near="source_id", far="claim_id", where=STANDING),
        order_by="created_at",
        description="The claims that appear in it.",
    )
    predictions = to_many(
        domain.Prediction,
        by="claim_id",
        through=Through(domain.Appearance, near="source_id", far="claim_id", where=STANDING),
        order_by="created_at",
        description="The predictions that appear in it.",
    )
    appearances = to_many(
        domain.Appearance,
        by="source_id",
        order_by="created_at",
        where=STANDING,
        description="Where claims stand in it, one by one.",
    )
    evidence = to_many(
        domain.Evidence,
        by="source_id",
        order_by="recorded_at",
        where=STANDING,
        description="What it supports, refutes or gives context to.",
    )
    suggestions = of_source()
    suggestions_note = note_of_source()
    revisions = revisions()
