"""Which lists can be asked for? A list is one entry of a table: its filter, its order, and how both become SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from claimkb import domain
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Input, Record
from claimkb.graphql.schema import types
from claimkb.store import (
    accounts,
    appearances,
    channels,
    claimants,
    claims,
    collections,
    deliveries,
    erasures,
    predictions,
    revisions,
    searches,
    sources,
)
from claimkb.store.engine import paging


@dataclass(frozen=True)
class Listing:
    """A list of records that can be filtered and ordered: how the question and the order become SQL."""

    shown_as: type
    record: type[Record]
    filter: type[Input]
    order: type[Input]
    matching: Callable[[Any, date], sa.Select[Any]]
    ordered: Callable[[Any], paging.OrderBy]
    description: str
    needs: Permission = Permission.READ
    public: Callable[[sa.Select[Any]], sa.Select[Any]] | None = None
    """Leaves out the rows that are for administrators alone; None where there are none."""


LISTINGS = {
    "sources": Listing(
        types.Source,
        domain.Source,
        sources.SourceFilter,
        sources.SourceOrder,
        lambda wanted, _today: sources.matching(wanted),
        sources.ordered,
        "Sources, the newest first unless ordered otherwise.",
    ),
    "claims": Listing(
        types.Claim,
        domain.Claim,
        claims.ClaimFilter,
        claims.ClaimOrder,
        claims.matching,
        claims.ordered,
        "Claims, in the order in which they were recorded unless ordered otherwise.",
    ),
    "claimants": Listing(
        types.Claimant,
        domain.Claimant,
        claimants.ClaimantFilter,
        claimants.ClaimantOrder,
        lambda wanted, _today: claimants.matching(wanted),
        claimants.ordered,
        "Claimants, by name unless ordered otherwise.",
    ),
    "predictions": Listing(
        types.Prediction,
        domain.Prediction,
        predictions.PredictionFilter,
        predictions.PredictionOrder,
        predictions.matching,
        predictions.ordered,
        "Predictions, those that have waited longest first unless ordered otherwise.",
    ),
    "collections": Listing(
        types.Collection,
        domain.Collection,
        collections.CollectionFilter,
        collections.CollectionOrder,
        lambda wanted, _today: collections.matching(wanted),
        collections.ordered,
        "Collections of claims, by name unless ordered otherwise.",
    ),
    "anchors_to_decide": Listing(
        types.AnchorProposal,
        domain.AnchorProposal,
        appearances.AnchorFilter,
        appearances.AnchorOrder,
        lambda wanted, _today: appearances.to_decide(wanted),
        appearances.ordered,
        "Quotes that a newer snapshot does not have to the letter, and that wait for a person; the oldest first unless ordered "
        "otherwise.",
    ),
    "corrections": Listing(
        types.Revision,
        domain.Revision,
        revisions.CorrectionFilter,
        revisions.CorrectionOrder,
        lambda wanted, _today: revisions.corrections(wanted),
        revisions.ordered,
        "What was changed after it was settled, the newest first unless ordered otherwise.",
    ),
    "revisions": Listing(
        types.Revision,
        domain.Revision,
        revisions.RevisionFilter,
        revisions.RevisionOrder,
        lambda wanted, _today: revisions.matching(wanted),
        revisions.ordered,
        "Every change, the newest first unless ordered otherwise; of accounts, tokens and channels for administrators.",
        public=revisions.public,
    ),
    "accounts": Listing(
        types.Account,
        domain.Account,
        accounts.AccountFilter,
        accounts.AccountOrder,
        lambda wanted, _today: accounts.matching(wanted),
        accounts.ordered,
        "Who uses claimkb, by name unless ordered otherwise. For administrators.",
        Permission.ADMINISTER,
    ),
    "saved_searches": Listing(
        types.SavedSearch,
        domain.SavedSearch,
        searches.SavedSearchFilter,
        searches.SavedSearchOrder,
        lambda wanted, _today: searches.matching(wanted),
        searches.ordered,
        "Saved searches, by name unless ordered otherwise.",
    ),
    "channels": Listing(
        types.Channel,
        domain.Channel,
        channels.ChannelFilter,
        channels.ChannelOrder,
        lambda wanted, _today: channels.matching(wanted),
        channels.ordered,
        "Whom we tell of our own accord, by name unless ordered otherwise. For administrators.",
        Permission.ADMINISTER,
    ),
    "deliveries": Listing(
        types.Delivery,
        domain.Delivery,
        deliveries.DeliveryFilter,
        deliveries.DeliveryOrder,
        lambda wanted, _today: deliveries.matching(wanted),
        deliveries.ordered,
        "What was sent, or is to be, the newest first unless ordered otherwise. For administrators.",
        Permission.ADMINISTER,
    ),
    "erasures": Listing(
        types.Erasure,
        domain.Erasure,
        erasures.ErasureFilter,
        erasures.ErasureOrder,
        lambda wanted, _today: erasures.matching(wanted),
        erasures.ordered,
        "Words that were erased for ever, or wait until another administrator asks for the same; the newest first unless ordered "
        "otherwise.",
    ),
}
