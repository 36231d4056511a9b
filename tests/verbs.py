"""An order for every verb, which is carried out when it is given: plain functions, each of which prepares what its verb needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import SecretStr

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
    sessions,
    sources,
    stories,
    suggestions,
)
from claimkb.actions.work import Desk
from claimkb.domain import Account, Delivery
from claimkb.domain.account import Actor
from claimkb.domain.announcement import Topic
from claimkb.domain.delivery import DeliveryState
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.record import Command
from claimkb.domain.suggesting.asking import ABOUT_THE_FUTURE
from claimkb.graphql.schema.mutations import VERBS
from claimkb.identity import COMMAND_LINE
from claimkb.store import announcements, appearances
from claimkb.store import suggestions as stored
from claimkb.store.engine.cancellation import Cancellation
from tests.builders import (
    NOON,
    TEXT,
    TODAY,
    a_channel,
    a_claim,
    a_claimant,
    a_collection,
    a_fact,
    a_prediction,
    a_source,
    a_token,
    an_account,
    code_at,
    do,
    flagged,
    resolved,
    reviewed,
)

TWO_PEOPLE = Policy(two_person_rule=True)
"""The policy under which there is something to confirm and to reject."""

OTTO = Actor("Otto", Role.EDITOR)
EARLIER, LATER = TODAY - timedelta(days=3), TODAY + timedelta(days=30)

ACTIONS: dict[str, Callable[..., Any]] = {verb.action.__name__: verb.action for verb in VERBS} | {
    action.__name__: action
    for action in (
        sessions.sign_in,
        sessions.choose_password,
        sessions.set_up_second_factor,
        sessions.take_second_factor_away,
        sessions.sign_out,
    )
}
"""Every verb: those of the API, and those of a browser's session."""


@dataclass(frozen=True)
class Given:
    """An order, and who gives it."""

    command: Command
    actor: Actor = COMMAND_LINE


def _somebody(desk: Desk) -> Account:
    """Make an account of a person, under a name of its own."""
    return an_account(desk, f"Cy {desk.new_id()}", "EDITOR")


def _as(account: Account, token_id: UUID | None = None) -> Actor:
    """Act as who has an account."""
    return Actor(account.name, account.role, account_id=account.id, token_id=token_id)


def _factor(account: Account) -> sessions.SetUpSecondFactor:
    """Order a second factor."""
    secret = SecretStr("A" * 32)
    told = {"right_for": None, "device": "d", "code": SecretStr(code_at(secret, NOON)), "secret": secret}
    return sessions.SetUpSecondFactor(account_id=account.id, **told)


def _with_factor(desk: Desk) -> Account:
    """Have somebody set up a second factor."""
    account = _somebody(desk)
    do(desk, sessions.set_up_second_factor, _factor(account), _as(account))
    return account


def _takes_away(desk: Desk) -> Given:
    """Order that a second factor is taken away, with the code that comes next."""
    account = _with_factor(desk)
    code = SecretStr(code_at(SecretStr("A" * 32), NOON + timedelta(seconds=30)))
    return Given(sessions.SignIn(account_id=account.id, right_for=None, device="d", code=code), _as(account))


def _claim_with_words(desk: Desk) -> claims.RecordClaim:
    """Order a claim with its claimant and its words."""
    place = {"source_id": a_source(desk).id, "quote": {"exact": "The bridge is long."}}
    claimant = a_claimant(desk, f"Bo {desk.new_id()}").id
    return claims.RecordClaim(statement="S.", kind="PREDICTION", voice="REPORTED", claimant_id=claimant, appearance=place)


def _membership(desk: Desk) -> memberships.RecordMembership:
    """Order that somebody belongs to a government."""
    house = a_claimant(desk, str(desk.new_id()), "GOVERNMENT")
    return memberships.RecordMembership(claimant_id=a_claimant(desk, str(desk.new_id())).id, of_id=house.id, role="R")


def _merge(desk: Desk) -> merging.MergeClaimants:
    """Order that somebody with a claim and a channel is somebody else."""
    one, two = (a_claimant(desk, str(desk.new_id())).id for _ in range(2))
    a_claim(desk, voice="REPORTED", claimant_id=one)
    a_channel(desk, "desk@example.org", name=str(desk.new_id()), claimant_id=one)
    return merging.MergeClaimants(claimant_id=one, into_id=two, reason="r")


def _appearance(
    desk: Desk, source_id: UUID | None = None, exact: str = "The bridge is long.", *, is_retracted: bool = False
) -> UUID:
    """Record an appearance with its quote, and perhaps retract it."""
    order = {"claim_id": a_claim(desk).id, "source_id": source_id or a_source(desk).id, "quote": {"exact": exact}}
    made = do(desk, claims.add_appearance, claims.AddAppearance(**order))
    if is_retracted:
        do(desk, mending.retract_appearance, mending.RetractAppearance(appearance_id=made.id, reason="r"))
    return made.id


def _evidence(desk: Desk, *, is_retracted: bool = False) -> UUID:
    """Record evidence, and perhaps retract it."""
    order = evidence.AddEvidence(claim_id=a_claim(desk).id, source_id=a_source(desk).id, stance="CONTEXT")
    made = do(desk, evidence.add_evidence, order)
    if is_retracted:
        do(desk, mending.retract_evidence, mending.RetractEvidence(evidence_id=made.id, reason="r"))
    return made.id


def _relation(desk: Desk) -> UUID:
    """Relate two claims."""
    order = claims.RelateClaims(from_claim_id=a_claim(desk).id, to_claim_id=a_claim(desk).id, type="QUALIFIES")
    return do(desk, claims.relate_claims, order).id


def _restored_source(desk: Desk) -> Command:
    """Order that a retracted source stands again."""
    retracted = do(desk, sources.retract_source, sources.RetractSource(source_id=a_source(desk).id, reason="r"))
    return sources.RestoreSource(source_id=retracted.id, reason="r")


def _snapshot(desk: Desk, source_id: UUID | None = None) -> Command:
    """Order another capture, in which one quote stands as before, and another one otherwise."""
    of = source_id or a_source(desk).id
    for quote in ("The minister said the bridge will open in spring.", "Critics doubt it."):
        _appearance(desk, of, quote)
    return sources.AddSnapshot(source_id=of, snapshot={"text": TEXT.replace("doubt", "still doubt") + " It opened."})


def anchor_to_decide(desk: Desk) -> UUID:
    """Have a quote wait for a person, as its words changed."""
    source = a_source(desk)
    do(desk, sources.add_snapshot, _snapshot(desk, source.id))
    with desk.database.read() as session:
        return session.scalars(appearances.to_decide(appearances.AnchorFilter(source_id=source.id))).one().id


def _asked(desk: Desk) -> UUID:
    """Ask for a reply."""
    command = following.RequestReply(prediction_id=a_prediction(desk).id, asked_of="They", asked="Why?", answer_by=TODAY)
    return do(desk, following.request_reply, command).id


def _withdrawn(desk: Desk) -> UUID:
    """Withdraw a prediction."""
    command = predictions.WithdrawPrediction(prediction_id=a_prediction(desk).id, reason="None.")
    return do(desk, predictions.withdraw_prediction, command).id


def _retracted(desk: Desk) -> UUID:
    """Retract a claim."""
    return do(desk, claims.retract_claim, claims.RetractClaim(claim_id=a_claim(desk).id, reason="None.")).id


def _settled(desk: Desk) -> UUID:
    """Have an outcome proposed and confirmed."""
    command = outcomes.ConfirmOutcome(outcome_id=resolved(desk, a_prediction(desk)).id)
    return do(desk, outcomes.confirm_outcome, command, OTTO).prediction_id


def _proposed_review(desk: Desk) -> UUID:
    """Have a review proposed."""
    return reviewed(desk, a_fact(desk)).id


def _standing_review(desk: Desk) -> UUID:
    """Have a review proposed and confirmed."""
    return do(desk, reviews.confirm_review, reviews.ConfirmReview(review_id=_proposed_review(desk)), OTTO).id


def _closed(desk: Desk) -> UUID:
    """Close an account."""
    command = accounts.CloseAccount(account_id=_somebody(desk).id, reason="r")
    return do(desk, accounts.close_account, command, COMMAND_LINE).id


def _parked(desk: Desk) -> UUID:
    """Have a delivery parked."""
    channel = a_channel(desk, "https://example.org/hook", "WEBHOOK", name=f"H {desk.new_id()}")
    a_prediction(desk)
    flagged(desk)
    with desk.database.write() as session:
        position = announcements.newest(session)
        told: dict[str, Any] = {
            "position": position,
            "topic": Topic.FLAG,
            "record_id": desk.new_id(),
            "state": DeliveryState.PARKED,
        }
        parked = Delivery(id=desk.new_id(), channel_id=channel.id, made_at=NOON, due_at=NOON, attempts=9, **told)
        session.add(parked)
    return parked.id


def _own_key(desk: Desk) -> Given:
    """Order the end of one's own key."""
    actor = _as(_somebody(desk))
    key = do(desk, searches.create_feed_key, searches.CreateFeedKey(name="phone"), actor)
    return Given(searches.RevokeFeedKey(token_id=key.id, reason="r"), actor)


def _password(desk: Desk) -> Given:
    """Order a password, by who was invited."""
    account = _somebody(desk)
    do(desk, accounts.invite, accounts.Invite(account_id=account.id), COMMAND_LINE)
    return Given(sessions.ChoosePassword(account_id=account.id, right_for=None, device="d", password_hash="h"), _as(account))


def _end(desk: Desk) -> Given:
    """Order the end of one's own session."""
    account = _somebody(desk)
    begun = do(desk, sessions.sign_in, sessions.SignIn(account_id=account.id, right_for=None, device="d"), _as(account))
    return Given(sessions.SignOut(), _as(account, begun.id))


def _erasure(desk: Desk) -> Command:
    """Order what another administrator has asked for: to erase a name from a claim, its history, and what a search finds."""
    name = f"Zo{desk.new_id().hex}"
    a_claim(desk, statement=f"{name} opens it.")
    order = erasing.EraseText(text=name, reason="r")
    do(desk, erasing.erase_text, order, Actor("Ava", Role.ADMIN))
    return order


def _collecting(desk: Desk) -> Command:
    """Order that two claims are collected: one for the first time, and one that was taken out."""
    claim = a_claim(desk)
    collection = a_collection(desk, claim)
    out = collections.RemoveFromCollection(collection_id=collection.id, claim_ids=[claim.id], reason="r")
    do(desk, collections.remove_from_collection, out)
    return collections.AddToCollection(collection_id=collection.id, claim_ids=[claim.id, a_claim(desk).id])


def _flags(desk: Desk) -> Command:
    """Order a run of the job that has something to flag and something to clear."""
    cleared = a_prediction(desk)
    a_prediction(desk, None)
    flagged(desk)
    a_prediction(desk)
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=cleared.id, reason="None."))
    return flagging.FlagPredictions()


def _resolution(desk: Desk) -> Command:
    """Order an outcome whose evidence is a recorded source, and one that is recorded with it."""
    new = {"title": "The opening", "url": f"https://example.org/{desk.new_id()}"}
    shown = [{"source_id": a_source(desk).id, "stance": "SUPPORTS", "quote": "The bridge is long."}]
    given = {"verdict": "YES", "rationale": "It is open.", "evidence": [*shown, {"source": new, "stance": "CONTEXT"}]}
    return outcomes.ResolvePrediction(prediction_id=a_prediction(desk).id, **given)


def _review(desk: Desk) -> Command:
    """Order a review with evidence."""
    shown = [{"source_id": a_source(desk).id, "stance": "REFUTES"}]
    return reviews.ReviewClaim(claim_id=a_fact(desk).id, rating="FALSE", summary="It is shut.", evidence=shown)


def _story(desk: Desk) -> Command:
    """Order a story of a claim with a prediction and its outcome."""
    prediction = {"question": "Q?", "criteria": "C.", "due_on": EARLIER, "due_basis": "STATED"}
    prediction["outcome"] = {"verdict": "YES", "rationale": "R.", "evidence": [{"source_key": "s", "stance": "SUPPORTS"}]}
    claim = {"key": "c", "statement": "S.", "kind": "PREDICTION", "voice": "UNATTRIBUTED", "prediction": prediction}
    places = {
        "appearances": [{"source_key": "s", "quote": {"exact": "It opens."}}],
        "relations": [{"to_claim_id": a_claim(desk).id, "type": "SUPPORTS"}],
    }
    return stories.RecordStory(
        key=str(desk.new_id()), sources=[{"key": "s", "title": "A", "snapshot": {"text": "It opens."}}], claims=[claim | places]
    )


def _suggestion(desk: Desk) -> dict[str, Any]:
    """Name a suggestion of a source."""
    source = a_source(desk, published_on=TODAY)
    with desk.database.read() as session:
        (found,) = stored.of_sources(session, [source.id], None, ABOUT_THE_FUTURE)
    return {"source_id": source.id, "suggestion_id": found[0].id}


def _prediction(desk: Desk) -> Command:
    """Order a prediction."""
    given = {"question": "Q?", "criteria": "C.", "due_on": EARLIER, "due_basis": "STATED", "probability": 0.5}
    given |= {"bound": "WITHIN", "answer_from": LATER, "target": {"comparator": "AT_LEAST", "value": 5, "unit": "%"}}
    return predictions.RecordPrediction(claim_id=a_claim(desk).id, **given)


COMMANDS: Mapping[str, Callable[[Desk], Command | Given]] = {
    "record_source": lambda _: sources.RecordSource(title="A", publisher="P", snapshot={"text": "It opens."}),
    "update_source": lambda desk: sources.UpdateSource(source_id=a_source(desk).id, title="Another"),
    "record_claimant": lambda desk: claimants.RecordClaimant(name=f"Bo {desk.new_id()}", kind="PERSON"),
    "update_claimant": lambda desk: claimants.UpdateClaimant(claimant_id=a_claimant(desk, str(desk.new_id())).id, office="O"),
    "record_membership": _membership,
    "update_membership": lambda desk: memberships.UpdateMembership(
        membership_id=do(desk, memberships.record_membership, _membership(desk)).id, is_retracted=True, reason="r"
    ),
    "merge_claimants": _merge,
    "unmerge_claimants": lambda desk: merging.UnmergeClaimants(
        claimant_id=do(desk, merging.merge_claimants, _merge(desk)).id, reason="r"
    ),
    "record_claim": _claim_with_words,
    "update_claim": lambda desk: claims.UpdateClaim(claim_id=a_claim(desk).id, statement="It closes."),
    "retract_claim": lambda desk: claims.RetractClaim(claim_id=a_claim(desk).id, reason="r"),
    "restore_claim": lambda desk: claims.RestoreClaim(claim_id=_retracted(desk), reason="r"),
    "add_appearance": lambda desk: claims.AddAppearance(claim_id=a_claim(desk).id, source_id=a_source(desk).id),
    "update_appearance": lambda desk: mending.UpdateAppearance(
        appearance_id=_appearance(desk), page=2, quote={"exact": "Critics doubt it."}
    ),
    "retract_appearance": lambda desk: mending.RetractAppearance(appearance_id=_appearance(desk), reason="r"),
    "restore_appearance": lambda desk: mending.RestoreAppearance(appearance_id=_appearance(desk, is_retracted=True), reason="r"),
    "retract_evidence": lambda desk: mending.RetractEvidence(evidence_id=_evidence(desk), reason="r"),
    "restore_evidence": lambda desk: mending.RestoreEvidence(evidence_id=_evidence(desk, is_retracted=True), reason="r"),
    "retract_relation": lambda desk: mending.RetractRelation(relation_id=_relation(desk), reason="r"),
    "retract_source": lambda desk: sources.RetractSource(source_id=a_source(desk).id, reason="r"),
    "restore_source": _restored_source,
    "add_snapshot": _snapshot,
    "accept_anchor": lambda desk: reanchoring.AcceptAnchor(anchor_id=anchor_to_decide(desk)),
    "reject_anchor": lambda desk: reanchoring.RejectAnchor(anchor_id=anchor_to_decide(desk), reason="r"),
    "add_evidence": lambda desk: evidence.AddEvidence(claim_id=a_claim(desk).id, source_id=a_source(desk).id, stance="CONTEXT"),
    "relate_claims": lambda desk: claims.RelateClaims(
        from_claim_id=a_claim(desk).id, to_claim_id=a_claim(desk).id, type="QUALIFIES"
    ),
    "record_prediction": _prediction,
    "record_series": lambda desk: series.RecordSeries(
        claim_id=a_claim(desk).id, every="YEAR", from_=LATER, count=3, question="{period}?", criteria="C.", due_basis="STATED"
    ),
    "capture_source": lambda desk: capturing.CaptureSource(text=f"The bridge will open in spring. {desk.new_id()}", language="en"),
    "record_story": _story,
    "take_suggestion": lambda desk: suggestions.TakeSuggestion(
        **_suggestion(desk), claimant={"name": f"Bo {desk.new_id()}", "kind": "PERSON"}
    ),
    "refuse_suggestion": lambda desk: suggestions.RefuseSuggestion(**_suggestion(desk), reason="r"),
    "update_prediction": lambda desk: predictions.UpdatePrediction(
        prediction_id=a_prediction(desk).id, criteria="Cars.", reason="r"
    ),
    "move_due_date": lambda desk: predictions.MoveDueDate(
        prediction_id=a_prediction(desk).id, kind="EXTENSION", due_on=LATER, reason="r"
    ),
    "withdraw_prediction": lambda desk: predictions.WithdrawPrediction(prediction_id=a_prediction(desk).id, reason="r"),
    "restore_prediction": lambda desk: predictions.RestorePrediction(prediction_id=_withdrawn(desk), reason="r"),
    "snooze_prediction": lambda desk: predictions.SnoozePrediction(
        prediction_id=a_prediction(desk, None).id, until=LATER, reason="r"
    ),
    "resolve_prediction": _resolution,
    "confirm_outcome": lambda desk: outcomes.ConfirmOutcome(outcome_id=resolved(desk, a_prediction(desk)).id),
    "reject_outcome": lambda desk: outcomes.RejectOutcome(outcome_id=resolved(desk, a_prediction(desk)).id, reason="r"),
    "reopen_prediction": lambda desk: outcomes.ReopenPrediction(prediction_id=_settled(desk), reason="r"),
    "review_claim": _review,
    "confirm_review": lambda desk: reviews.ConfirmReview(review_id=_proposed_review(desk)),
    "reject_review": lambda desk: reviews.RejectReview(review_id=_proposed_review(desk), reason="r"),
    "withdraw_review": lambda desk: reviews.WithdrawReview(review_id=_standing_review(desk), reason="r"),
    "assign_prediction": lambda desk: following.AssignPrediction(
        prediction_id=a_prediction(desk).id, assignee=_somebody(desk).name
    ),
    "assign_predictions": lambda desk: following.AssignPredictions(
        prediction_ids=[a_prediction(desk).id, a_prediction(desk).id], assignee=_somebody(desk).name
    ),
    "snooze_predictions": lambda desk: predictions.SnoozePredictions(
        prediction_ids=[a_prediction(desk, None).id, a_prediction(desk, None).id], until=LATER, reason="r"
    ),
    "note_progress": lambda desk: following.NoteProgress(prediction_id=a_prediction(desk).id, progress="STALLED", text="T."),
    "request_reply": lambda desk: following.RequestReply(
        prediction_id=a_prediction(desk).id, asked_of="They", asked="Why?", answer_by=LATER
    ),
    "record_reply": lambda desk: following.RecordReply(reply_request_id=_asked(desk), reply="So."),
    "waive_reply": lambda desk: following.WaiveReply(reply_request_id=_asked(desk), reason="r"),
    "create_collection": lambda desk: collections.CreateCollection(name=f"T {desk.new_id()}", kind="TOPIC"),
    "update_collection": lambda desk: collections.UpdateCollection(collection_id=a_collection(desk).id, note="N."),
    "add_to_collection": _collecting,
    "remove_from_collection": lambda desk: collections.RemoveFromCollection(
        collection_id=a_collection(desk, claim := a_claim(desk)).id, claim_ids=[claim.id], reason="r"
    ),
    "create_account": lambda desk: accounts.CreateAccount(name=f"Cy {desk.new_id()}", role="READER"),
    "change_role": lambda desk: accounts.ChangeRole(account_id=_somebody(desk).id, role="REPORTER"),
    "close_account": lambda desk: accounts.CloseAccount(account_id=_somebody(desk).id, reason="r"),
    "reopen_account": lambda desk: accounts.ReopenAccount(account_id=_closed(desk), reason="r"),
    "create_token": lambda desk: accounts.CreateToken(account_id=_somebody(desk).id, name="t"),
    "invite": lambda desk: accounts.Invite(account_id=_somebody(desk).id),
    "reset_second_factor": lambda desk: accounts.ResetSecondFactor(account_id=_with_factor(desk).id, reason="r"),
    "revoke_token": lambda desk: accounts.RevokeToken(token_id=a_token(desk, _somebody(desk)).id, reason="r"),
    "save_search": lambda desk: searches.SaveSearch(name=f"S {desk.new_id()}", filter={}),
    "forget_search": lambda desk: searches.ForgetSearch(
        saved_search_id=do(desk, searches.save_search, searches.SaveSearch(name=str(desk.new_id()), filter={})).id, reason="r"
    ),
    "create_feed_key": lambda desk: Given(searches.CreateFeedKey(name="phone"), _as(_somebody(desk))),
    "revoke_feed_key": _own_key,
    "open_channel": lambda desk: channels.OpenChannel(name=f"H {desk.new_id()}", kind="DIGEST", address="desk@example.org"),
    "close_channel": lambda desk: channels.CloseChannel(
        channel_id=a_channel(desk, "https://example.org/hook", "WEBHOOK", name=str(desk.new_id())).id, reason="r"
    ),
    "retry_delivery": lambda desk: channels.RetryDelivery(delivery_id=_parked(desk)),
    "erase_text": _erasure,
    "flag_predictions": _flags,
    "sign_in": lambda desk: sessions.SignIn(account_id=_somebody(desk).id, right_for=None, device="d"),
    "choose_password": _password,
    "set_up_second_factor": lambda desk: _factor(_somebody(desk)),
    "take_second_factor_away": _takes_away,
    "sign_out": _end,
}
"""By the name of each action, what prepares an order for it under TWO_PEOPLE."""


def carry_out(desk: Desk, verb: str, command: Given, cancellation: Cancellation | None = None) -> Any:
    """Carry out an order in its transaction, as the API does."""
    with desk.work(command.actor, cancellation) as work:
        return ACTIONS[verb](work, command.command)


def given(desk: Desk, verb: str) -> Given:
    """Prepare an order for a verb."""
    made = COMMANDS[verb](desk)
    return made if isinstance(made, Given) else Given(made)
