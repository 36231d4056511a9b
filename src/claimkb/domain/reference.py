"""How does one record name another, in and out of claimkb?

Inside, a reference is a UUID. Outside, it is a global id: the kind and the UUID in one opaque word, so that an id copied
from one place cannot be taken for another kind of record. Commands accept both.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from claimkb.domain.questions import BadId


def global_id(kind: str, id_: UUID | str) -> str:
    """Write a reference for the outside, of a UUID or of its text. No letter of it makes a sign that an address cannot hold."""
    return binascii.b2a_base64(f"{kind}:{id_}".encode(), newline=False).rstrip(b"=").decode()


def parse_global_id(text: str) -> tuple[str, UUID] | None:
    """Read a global id; None if it is not one."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        kind, _, id_ = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
        return kind, UUID(id_)
    except (binascii.Error, ValueError):
        return None


def parse_uuid(text: str) -> UUID | None:
    """Read a UUID; None if it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class RefersTo:
    """Marks a field as the id of a record of one kind, or of any, and reads global ids and UUIDs of it."""

    kind: str | None

    def read(self, value: object) -> UUID:
        """Turn a global id into its UUID; leave a UUID as it is."""
        if isinstance(value, UUID):
            return value
        if isinstance(value, str):
            if parsed := parse_global_id(value):
                kind, id_ = parsed
                if self.kind not in (None, kind):
                    raise ValueError(f"This is the id of a {kind}; the id of a {self.kind} is wanted.")
                return id_
            if uuid := parse_uuid(value):
                return uuid
        raise ValueError(f"This is not the id of a {self.kind or 'record'}. Copy the `id` that the API gives.")

    def read_argument(self, name: str, value: str | None) -> UUID | None:
        """Read an id that is an argument by itself; refuse what is none."""
        try:
            return None if value is None else self.read(value)
        except ValueError as error:
            raise BadId(name, advice=str(error)) from None

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read the reference before pydantic sees it."""
        return core_schema.no_info_before_validator_function(self.read, handler(source))


RecordId = Annotated[UUID, RefersTo(None), Rule(description="The id of a record of any kind.")]
SourceId = Annotated[UUID, RefersTo("Source"), Rule(description="The id of a source.")]
ClaimantId = Annotated[UUID, RefersTo("Claimant"), Rule(description="The id of a claimant.")]
MembershipId = Annotated[UUID, RefersTo("Membership"), Rule(description="The id of a membership.")]
ClaimId = Annotated[UUID, RefersTo("Claim"), Rule(description="The id of a claim.")]
PredictionId = Annotated[UUID, RefersTo("Prediction"), Rule(description="The id of a prediction.")]
AccountId = Annotated[UUID, RefersTo("Account"), Rule(description="The id of an account.")]
ChannelId = Annotated[UUID, RefersTo("Channel"), Rule(description="The id of a channel.")]
DeliveryId = Annotated[UUID, RefersTo("Delivery"), Rule(description="The id of a delivery.")]
TokenId = Annotated[UUID, RefersTo("Token"), Rule(description="The id of a token.")]
SavedSearchId = Annotated[UUID, RefersTo("SavedSearch"), Rule(description="The id of a saved search.")]
ReplyRequestId = Annotated[UUID, RefersTo("ReplyRequest"), Rule(description="The id of a request for a reply.")]
ReviewId = Annotated[UUID, RefersTo("Review"), Rule(description="The id of a review.")]
AppearanceId = Annotated[UUID, RefersTo("Appearance"), Rule(description="The id of an appearance.")]
EvidenceId = Annotated[UUID, RefersTo("Evidence"), Rule(description="The id of a piece of evidence.")]
ClaimRelationId = Annotated[UUID, RefersTo("ClaimRelation"), Rule(description="The id of a relation between claims.")]
AnchorProposalId = Annotated[UUID, RefersTo("AnchorProposal"), Rule(description="The id of an anchor to decide.")]
OutcomeId = Annotated[UUID, RefersTo("Outcome"), Rule(description="The id of an outcome.")]
SuggestionId = Annotated[UUID, RefersTo("Suggestion"), Rule(description="The id of a suggestion, as those of the source have it.")]
CollectionId = Annotated[UUID, RefersTo("Collection"), Rule(description="The id of a collection.")]
