"""Which verbs are there? A mutation is one line of a table.

Its input is the action's command, its description is the action's, its permission is on the action; its payload shows the
action's result, the records beside it, and the user errors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, Optional, TypeVar, get_origin

import strawberry
from sqlmodel import Session
from strawberry.pydantic import InputValidationError
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField

from claimkb import domain
from claimkb.actions import (
    accounts,
    capturing,
    channels,
    claimants,
    claims,
    collections,
    erasing,
    evidence,
    flagging,
    following,
    memberships,
    mending,
    merging,
    outcomes,
    predictions,
    reanchoring,
    reviews,
    searches,
    series,
    sources,
    stories,
    suggestions,
)
from claimkb.actions.several import MOST_PREDICTIONS
from claimkb.actions.work import asks_to_sign_in_again, camel
from claimkb.domain.access import Unauthenticated
from claimkb.domain.record import Record
from claimkb.domain.refusals import Forbidden, Refusal
from claimkb.graphql.execution.context import Context, context_of
from claimkb.graphql.limits.cost_directives import VERB, ListSize, weighing
from claimkb.graphql.mapping.declarations import PayloadEdge, PayloadEdges, Verb, declared
from claimkb.graphql.mapping.edges import follow
from claimkb.graphql.mapping.fields import resolved_by
from claimkb.graphql.mapping.inputs import MutationInput, with_mutation_id
from claimkb.graphql.mapping.views import document
from claimkb.graphql.schema import types
from claimkb.graphql.schema.capturing import CAPTURED
from claimkb.graphql.schema.errors import MEANINGS, UserError, of_refusal, of_validation
from claimkb.graphql.schema.flagging import FlaggingRun
from claimkb.graphql.schema.search import APPEARANCE, PREDICTION, SIMILAR_CLAIMANTS, SIMILAR_CLAIMS, SIMILAR_SOURCES, STAYED
from claimkb.graphql.schema.stories import RecordedStory
from claimkb.store.engine import records
from claimkb.store.engine.relationships import Relationship

T = TypeVar("T")


@dataclass(frozen=True)
class Payload:
    """The answer of a mutation: its result or the user errors, and the client's own id."""

    result: object
    user_errors: list[UserError]
    client_mutation_id: str | None
    edges: Mapping[str, object] = field(default_factory=dict)
    """The records beside the result, as the change left them, where they were read with it."""


_PREDICTION: PayloadEdges = {"prediction": (domain.Prediction, "prediction_id")}
_CLAIM: PayloadEdges = {"claim": (domain.Claim, "claim_id")}
_SOURCE: PayloadEdges = {"source": (domain.Source, "source_id")}
_APPEARANCE: PayloadEdges = {"appearance": (domain.Appearance, "appearance_id")}
_ACCOUNT: PayloadEdges = {"account": (domain.Account, "account_id")}
_CHANNEL: PayloadEdges = {"channel": (domain.Channel, "channel_id")}
_OUTCOME: PayloadEdges = {"outcome": (domain.Outcome, "outcome_id")}
_INTO: PayloadEdges = {"into": (domain.Claimant, "merged_into_id")}
_REVIEW: PayloadEdges = {"review": (domain.Review, "review_id")}

VERBS = (
    Verb(sources.record_source, sources.RecordSource, "source", types.Source, similar=SIMILAR_SOURCES),
    Verb(capturing.capture_source, capturing.CaptureSource, "source", types.Source, beside=CAPTURED),
    Verb(claimants.record_claimant, claimants.RecordClaimant, "claimant", types.Claimant, similar=SIMILAR_CLAIMANTS),
    Verb(claims.record_claim, claims.RecordClaim, "claim", types.Claim, similar=SIMILAR_CLAIMS),
    Verb(predictions.record_prediction, predictions.RecordPrediction, "prediction", types.Prediction, _CLAIM),
    Verb(series.record_series, series.RecordSeries, "series", types.Series, _CLAIM),
    Verb(claims.add_appearance, claims.AddAppearance, "appearance", types.Appearance, _CLAIM),
    Verb(evidence.add_evidence, evidence.AddEvidence, "evidence", types.Evidence, _CLAIM | _OUTCOME | _REVIEW),
    Verb(stories.record_story, stories.RecordStory, "story", RecordedStory),
    Verb(
        suggestions.take_suggestion,
        suggestions.TakeSuggestion,
        "claim",
        types.Claim,
        {"claimant": (domain.Claimant, "claimant_id")},
        similar=SIMILAR_CLAIMS,
        beside={"appearance": APPEARANCE, "prediction": PREDICTION},
    ),
    Verb(suggestions.refuse_suggestion, suggestions.RefuseSuggestion, "refusal", types.SuggestionRefusal),
    Verb(claims.relate_claims, claims.RelateClaims, "relation", types.ClaimRelation),
    Verb(outcomes.resolve_prediction, outcomes.ResolvePrediction, "outcome", types.Outcome, _PREDICTION),
    Verb(outcomes.confirm_outcome, outcomes.ConfirmOutcome, "outcome", types.Outcome, _PREDICTION),
    Verb(outcomes.reject_outcome, outcomes.RejectOutcome, "outcome", types.Outcome, _PREDICTION),
    Verb(reviews.review_claim, reviews.ReviewClaim, "review", types.Review, _CLAIM),
    Verb(reviews.confirm_review, reviews.ConfirmReview, "review", types.Review, _CLAIM),
    Verb(reviews.reject_review, reviews.RejectReview, "review", types.Review, _CLAIM),
    Verb(reviews.withdraw_review, reviews.WithdrawReview, "review", types.Review, _CLAIM),
    Verb(following.assign_prediction, following.AssignPrediction, "prediction", types.Prediction),
    Verb(following.assign_predictions, following.AssignPredictions, "predictions", list[types.Prediction]),
    Verb(following.note_progress, following.NoteProgress, "progress_note", types.ProgressNote, _PREDICTION),
    Verb(following.request_reply, following.RequestReply, "reply_request", types.ReplyRequest, _PREDICTION),
    Verb(following.record_reply, following.RecordReply, "reply_request", types.ReplyRequest, _PREDICTION),
    Verb(following.waive_reply, following.WaiveReply, "reply_request", types.ReplyRequest, _PREDICTION),
    Verb(outcomes.reopen_prediction, outcomes.ReopenPrediction, "prediction", types.Prediction),
    Verb(predictions.move_due_date, predictions.MoveDueDate, "due_date_change", types.DueDateChange, _PREDICTION),
    Verb(predictions.withdraw_prediction, predictions.WithdrawPrediction, "prediction", types.Prediction),
    Verb(predictions.restore_prediction, predictions.RestorePrediction, "prediction", types.Prediction),
    Verb(predictions.snooze_prediction, predictions.SnoozePrediction, "prediction", types.Prediction),
    Verb(predictions.snooze_predictions, predictions.SnoozePredictions, "predictions", list[types.Prediction]),
    Verb(predictions.update_prediction, predictions.UpdatePrediction, "prediction", types.Prediction),
    Verb(sources.update_source, sources.UpdateSource, "source", types.Source),
    Verb(claimants.update_claimant, claimants.UpdateClaimant, "claimant", types.Claimant),
    Verb(merging.merge_claimants, merging.MergeClaimants, "claimant", types.Claimant, _INTO),
    Verb(merging.unmerge_claimants, merging.UnmergeClaimants, "claimant", types.Claimant, beside={"stayed": STAYED}),
    Verb(memberships.record_membership, memberships.RecordMembership, "membership", types.Membership),
    Verb(memberships.update_membership, memberships.UpdateMembership, "membership", types.Membership),
    Verb(claims.update_claim, claims.UpdateClaim, "claim", types.Claim),
    Verb(claims.retract_claim, claims.RetractClaim, "claim", types.Claim),
    Verb(claims.restore_claim, claims.RestoreClaim, "claim", types.Claim),
    Verb(collections.create_collection, collections.CreateCollection, "collection", types.Collection),
    Verb(collections.update_collection, collections.UpdateCollection, "collection", types.Collection),
    Verb(collections.add_to_collection, collections.AddToCollection, "collection", types.Collection),
    Verb(collections.remove_from_collection, collections.RemoveFromCollection, "collection", types.Collection),
    Verb(mending.update_appearance, mending.UpdateAppearance, "appearance", types.Appearance, _CLAIM),
    Verb(mending.retract_appearance, mending.RetractAppearance, "appearance", types.Appearance, _CLAIM),
    Verb(mending.restore_appearance, mending.RestoreAppearance, "appearance", types.Appearance, _CLAIM),
    Verb(mending.retract_evidence, mending.RetractEvidence, "evidence", types.Evidence, _CLAIM | _OUTCOME | _REVIEW),
    Verb(mending.restore_evidence, mending.RestoreEvidence, "evidence", types.Evidence, _CLAIM | _OUTCOME | _REVIEW),
    Verb(mending.retract_relation, mending.RetractRelation, "relation", types.ClaimRelation),
    Verb(sources.retract_source, sources.RetractSource, "source", types.Source),
    Verb(sources.restore_source, sources.RestoreSource, "source", types.Source),
    Verb(sources.add_snapshot, sources.AddSnapshot, "snapshot", types.Snapshot, _SOURCE),
    Verb(reanchoring.accept_anchor, reanchoring.AcceptAnchor, "anchor", types.AnchorProposal, _APPEARANCE),
    Verb(reanchoring.reject_anchor, reanchoring.RejectAnchor, "anchor", types.AnchorProposal, _APPEARANCE),
    Verb(accounts.create_account, accounts.CreateAccount, "account", types.Account),
    Verb(accounts.change_role, accounts.ChangeRole, "account", types.Account),
    Verb(accounts.close_account, accounts.CloseAccount, "account", types.Account),
    Verb(accounts.reopen_account, accounts.ReopenAccount, "account", types.Account),
    Verb(accounts.create_token, accounts.CreateToken, "token", types.Token, _ACCOUNT),
    Verb(accounts.invite, accounts.Invite, "token", types.Token, _ACCOUNT),
    Verb(accounts.reset_second_factor, accounts.ResetSecondFactor, "account", types.Account),
    Verb(accounts.revoke_token, accounts.RevokeToken, "token", types.Token, _ACCOUNT),
    Verb(searches.save_search, searches.SaveSearch, "saved_search", types.SavedSearch),
    Verb(searches.forget_search, searches.ForgetSearch, "saved_search", types.SavedSearch),
    Verb(searches.create_feed_key, searches.CreateFeedKey, "token", types.Token),
    Verb(searches.revoke_feed_key, searches.RevokeFeedKey, "token", types.Token),
    Verb(channels.open_channel, channels.OpenChannel, "channel", types.Channel),
    Verb(channels.close_channel, channels.CloseChannel, "channel", types.Channel),
    Verb(channels.retry_delivery, channels.RetryDelivery, "delivery", types.Delivery, _CHANNEL),
    Verb(erasing.erase_text, erasing.EraseText, "erasure", types.Erasure),
    Verb(flagging.flag_predictions, flagging.FlagPredictions, "run", FlaggingRun),
)


def _result(verb: Verb) -> StrawberryField:
    """Make the payload's field for the result itself."""

    def resolve(root: Payload) -> object:
        return root.result

    is_list = get_origin(verb.shown_as) is list
    description = f"The record{'s' if is_list else ''}; null if the input was refused."
    directives = [ListSize(assumed_size=MOST_PREDICTIONS)] if is_list else []
    return resolved_by(resolve, None, Optional[verb.shown_as], description, directives)  # noqa: UP045 - of a variable


def _payload_edge(name: str, target: type[Record], via: str) -> StrawberryField:
    """Make a payload's field for a record that the result leads to."""
    relationship = Relationship(target, ours=via)

    def resolve(root: Any, info: strawberry.Info) -> Any:
        if root.result is None or name in root.edges:
            return root.edges.get(name)
        return follow(context_of(info), relationship, root.result)

    type_: Any = Optional[getattr(types, target.__name__)]  # noqa: UP045 - of a variable
    return resolved_by(resolve, PayloadEdge(via), type_, f"Its {name}; null if the input was refused.")


def _payload(verb: Verb) -> type:
    """Make the payload type of a verb."""
    fields = {verb.result: _result(verb), **{name: _payload_edge(name, *edge) for name, edge in verb.edges.items()}}

    def user_errors(root: Payload) -> list[UserError]:
        return root.user_errors

    def client_mutation_id(root: Payload) -> str | None:
        return root.client_mutation_id

    if verb.similar is not None:
        fields["similar"] = verb.similar
    fields |= verb.beside
    wrong = "What was wrong with the input. If there is anything, nothing has changed."
    fields["user_errors"] = resolved_by(user_errors, None, None, wrong)
    fields["client_mutation_id"] = resolved_by(client_mutation_id, None, None, "The id of your own from the input.")
    name = f"{verb.command.__name__}Payload"
    return strawberry.type(type(name, (), fields), name=name, description=f"What {camel(verb.action.__name__)} gives.")


async def carry_out(
    verb: Verb, context: Context, input_: MutationInput, place: str, read: Callable[[Session, Payload], T]
) -> tuple[Payload, T | None]:
    """Perform the action of a verb, and read for its answer in the same transaction: None if the action is refused."""

    def payload_of(result: object, *errors: UserError) -> Payload:
        return Payload(result, [*errors], input_.client_mutation_id)

    def read_payload(session: Session, result: Any) -> T:
        return read(session, payload_of(result))

    data = None
    try:
        if isinstance(input_.command, InputValidationError):
            payload = payload_of(None, *of_validation(input_.command))
        else:
            result, data = await context.perform(verb.action, input_.command, place, read_payload)
            payload = payload_of(result)
    except (Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        payload = payload_of(None, *of_refusal(refusal))
    context.performed[place] = payload
    return payload, data


def _edges(verb: Verb, session: Session, payload: Payload) -> dict[str, object]:
    """Read the records that a result leads to, as the change leaves them."""
    keys = {name: (target, getattr(payload.result, via)) for name, (target, via) in verb.edges.items()}
    return {name: records.find(session, target, key) for name, (target, key) in keys.items()}


def _described(action: Callable[..., object]) -> str:
    """Describe an action, and say if it asks people to sign in again."""
    again = " In a browser it takes a person who has signed in recently; else its code is SIGN_IN_AGAIN."
    return document(action) + (again if asks_to_sign_in_again(action) else "")


def _mutation(verb: Verb) -> StrawberryField:
    """Make the mutation of a verb, with the Python name that create_type takes."""
    input_type = with_mutation_id(verb.command)

    async def resolve(
        info: strawberry.Info,
        input: Annotated[input_type, strawberry.argument(description="What to do.")],  # type: ignore[valid-type]
    ) -> Any:
        context, place = context_of(info), str(info.path.key)
        done = context.performed.get(place)
        if done is not None:
            return done
        payload, edges = await carry_out(verb, context, input, place, partial(_edges, verb))
        return replace(payload, edges=edges or {})

    name = verb.action.__name__
    mutation: StrawberryField = strawberry.mutation(
        resolver=resolve,
        graphql_type=_payload(verb),
        name=camel(name),
        description=_described(verb.action),
        metadata=declared(verb),
        directives=[weighing(VERB)],
    )
    mutation.python_name = name
    return mutation


DESCRIPTION = (
    "What can be done. Each verb is one transaction: whole or not at all. What a person can put right is a user error of its "
    "payload. What keeps a verb from being done, or shown, is a top-level error at its `path`; `extensions.code` says which, and "
    "`retryable` whether the same may be sent again:\n"
) + "\n".join(f"- {code}: {meaning}" for code, meaning in MEANINGS.items())

Mutation = create_type("Mutation", [_mutation(verb) for verb in VERBS], description=DESCRIPTION)
