"""Programs are told of all that changes what stands of a prediction, an outcome or a claim, by messages that the documents show."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from claimkb.actions import claims, flagging, following, outcomes, predictions, searches
from claimkb.actions.work import Desk
from claimkb.domain import Channel, Claim, Prediction
from claimkb.domain.account import Actor
from claimkb.domain.channel import ChannelKind
from claimkb.domain.event import Event
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.reference import parse_global_id
from claimkb.domain.signing import SigningKey
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.webhooks import Webhooks
from claimkb.store.engine import records
from tests.builders import EDITOR, a_channel, a_claim, a_claimant, a_prediction, a_source, do
from tests.outbound.receivers import Receiver, sent

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "webhooks.md"
SHOWN = re.compile(r"^\*\*`([\w.]+)`\*\*: ([^\n]*)\n\n```json\n(.*?)^```", re.DOTALL | re.MULTILINE)
ANN = Actor("Ann", Role.EDITOR)


@dataclass
class Newsroom:
    """A desk, and a program that it tells."""

    desk: Desk
    outbox: Outbox
    receiver: Receiver
    channel: Channel

    def do(self, action: Any, order: Any, actor: Actor = EDITOR, /, **given: Any) -> Any:
        """Carry out an action, and tell of it."""
        done = do(self.desk, action, order(**given), actor)
        sent(self.outbox)
        return done

    def told(self) -> list[Any]:
        """Read what the program was told since it was last asked."""
        messages = [json.loads(body) for _, body in self.receiver.got]
        self.receiver.got.clear()
        return messages

    def types(self) -> list[str]:
        """List of what kinds that is."""
        return [each["type"] for each in self.told()]


@pytest.fixture
def newsroom(timed: Desk, outbox: Outbox, receiver: Receiver) -> Newsroom:
    """Give a desk that tells a program."""
    return Newsroom(timed, outbox, receiver, a_channel(timed, receiver.url, "WEBHOOK", name="The CMS"))


def a_story(newsroom: Newsroom) -> list[Any]:
    """Let everything happen to one prediction that programs are told of; return what they are told, in its order."""
    desk = newsroom.desk
    claim = a_claim(desk, voice="REPORTED", claimant_id=a_claimant(desk).id)
    source = a_source(desk, url="https://news.example.org/bridge")
    prediction = a_prediction(desk, claim=claim)
    about, why = {"prediction_id": prediction.id}, {"reason": "The ministry corrected itself."}
    newsroom.do(flagging.flag_predictions, flagging.FlagPredictions)
    newsroom.do(predictions.update_prediction, predictions.UpdatePrediction, **about, **why, criteria="Cars cross it.")
    due = {"kind": "EXTENSION", "due_on": "2025-12-01"}
    newsroom.do(predictions.move_due_date, predictions.MoveDueDate, **about, **due, reason="The ministry put it off.")
    newsroom.do(predictions.withdraw_prediction, predictions.WithdrawPrediction, **about, reason="It was a duplicate.")
    newsroom.do(predictions.restore_prediction, predictions.RestorePrediction, **about, reason="It was none.")
    answer = {**about, "verdict": "YES", "occurred_on": "2025-11-30", "rationale": "It opened the day before."}
    shown = {"source_id": source.id, "stance": "SUPPORTS", "quote": "The bridge is long."}
    careful = replace(newsroom, desk=replace(desk, policy=Policy(two_person_rule=True)))
    proposed = careful.do(outcomes.resolve_prediction, outcomes.ResolvePrediction, **answer, evidence=[shown])
    careful.do(outcomes.reject_outcome, outcomes.RejectOutcome, ANN, outcome_id=proposed.id, reason="That was another bridge.")
    newsroom.do(outcomes.resolve_prediction, outcomes.ResolvePrediction, **answer, evidence=[shown])
    newsroom.do(outcomes.reopen_prediction, outcomes.ReopenPrediction, **about, reason="It was shut again that evening.")
    no = {**about, "verdict": "NO", "rationale": "It was open for an hour.", "no_evidence_reason": "We stood before it."}
    newsroom.do(outcomes.resolve_prediction, outcomes.ResolvePrediction, **no)
    telling = {"claim_id": claim.id, **why}
    newsroom.do(claims.update_claim, claims.UpdateClaim, **telling, statement="The bridge will open to cars.")
    newsroom.do(claims.retract_claim, claims.RetractClaim, claim_id=claim.id, reason="He never said so.")
    newsroom.do(claims.restore_claim, claims.RestoreClaim, claim_id=claim.id, reason="He did.")
    Checkpointing(desk, SigningKey.of_seed(bytes(32))).make()
    sent(newsroom.outbox)
    webhooks = newsroom.outbox.ways[ChannelKind.WEBHOOK]
    assert isinstance(webhooks, Webhooks)
    assert webhooks.ping(newsroom.channel) == 204
    return newsroom.told()


def settled(message: Any) -> Any:
    """Put kinds in the place of ids, and the same in the place of times, of hashes and of ids in addresses."""

    def plain(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(key, each) for key, each in value.items()}
        if isinstance(value, list):
            return [plain(name, each) for each in value]
        if name in {"timestamp", "root", "signature"}:
            return name
        known = parse_global_id(value) if isinstance(value, str) else None
        return known[0] if known else re.sub(r"(?<=/predictions/)[\w-]+$", "ID", value) if isinstance(value, str) else value

    return plain("", message)


def documented() -> dict[str, tuple[str, Any]]:
    """Read what the documents show: of each event its meaning and an example."""
    return {name: (said, json.loads(example)) for name, said, example in SHOWN.findall(DOCUMENT.read_text(encoding="utf-8"))}


def test_the_documents_show_each_event_with_its_meaning_and_what_is_sent(newsroom: Newsroom) -> None:
    shown = documented()
    assert {name: said for name, (said, _) in shown.items()} == {event.value: event.description for event in Event}
    examples: dict[str, Any] = {}
    for message in a_story(newsroom):
        examples.setdefault(message["type"], message)
    assert list(examples) == list(shown)
    for name, message in examples.items():
        assert settled(shown[name][1]) == settled(message), name


def test_what_is_told_comes_in_the_order_in_which_it_happened(newsroom: Newsroom) -> None:
    assert [each["type"] for each in a_story(newsroom)] == [
        "prediction.flagged",
        "prediction.updated",
        "prediction.moved",
        "prediction.withdrawn",
        "prediction.restored",
        "outcome.proposed",
        "outcome.rejected",
        "outcome.recorded",
        "outcome.reopened",
        "outcome.superseded",
        "outcome.recorded",
        "claim.updated",
        "claim.retracted",
        "claim.restored",
        "checkpoint.made",
        "ping",
    ]


def test_an_outcome_that_is_replaced_names_the_other_and_both_say_what_they_were(newsroom: Newsroom) -> None:
    told = {each["type"]: each["data"] for each in a_story(newsroom)}  # of two that were recorded the second
    replaced, other = told["outcome.superseded"], told["outcome.recorded"]
    assert (replaced["verdict"], replaced["review"], replaced["reason"]) == (
        "YES",
        "SUPERSEDED",
        "It was shut again that evening.",
    )
    assert (replaced["supersededBy"], other["supersedes"]) == (other["outcome"], replaced["outcome"])
    assert (other["verdict"], other["review"], other["evidence"]) == ("NO", "CONFIRMED", [])
    quote = {"title": "The bridge", "url": "https://news.example.org/bridge", "quote": "The bridge is long.", "stance": "SUPPORTS"}
    assert replaced["evidence"] == [quote]


def test_what_changes_nothing_that_stands_is_told_to_nobody(newsroom: Newsroom) -> None:
    desk = newsroom.desk
    prediction = a_prediction(desk, None, review_on="2027-01-01")
    about = {"prediction_id": prediction.id}
    newsroom.do(predictions.snooze_prediction, predictions.SnoozePrediction, **about, until="2027-02-01", reason="Later.")
    newsroom.do(following.assign_prediction, following.AssignPrediction, **about, assignee=None)
    newsroom.do(claims.update_claim, claims.UpdateClaim, claim_id=prediction.claim_id, note="See the archive.")
    newsroom.do(searches.save_search, searches.SaveSearch, name="Mine", filter={})
    assert newsroom.types() == []


def test_a_change_of_a_claim_without_a_prediction_is_told_too(newsroom: Newsroom) -> None:
    claim = a_claim(newsroom.desk, kind="FACT")
    minister = a_claimant(newsroom.desk)
    newsroom.do(claims.update_claim, claims.UpdateClaim, claim_id=claim.id, voice="REPORTED", claimant_id=minister.id)
    (message,) = newsroom.told()
    assert settled(message["data"]) == {
        "claim": "Claim",
        "statement": "The bridge will open.",
        "claimant": "The minister",
        "reason": None,
        "changes": {
            "claimantId": {"before": None, "after": "Claimant"},
            "voice": {"before": "UNATTRIBUTED", "after": "REPORTED"},
        },
    }


def test_an_event_that_comes_late_says_how_things_stand_by_then(newsroom: Newsroom) -> None:
    desk, receiver = newsroom.desk, newsroom.receiver
    prediction = a_prediction(desk)
    about = {"prediction_id": prediction.id}
    no_evidence = {"verdict": "YES", "rationale": "r", "no_evidence_reason": "r"}
    do(desk, outcomes.resolve_prediction, outcomes.ResolvePrediction(**about, **no_evidence))
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(**about, reason="Too early."))
    sent(newsroom.outbox)
    told = [(each["type"], each["data"]["review"], each["data"]["status"]) for each in newsroom.told()]
    assert told == [("outcome.recorded", "SUPERSEDED", "OPEN"), ("outcome.reopened", "SUPERSEDED", "OPEN")]
    assert receiver.got == []


def test_what_was_undone_before_it_was_committed_is_told_to_nobody(newsroom: Newsroom) -> None:
    prediction = a_prediction(newsroom.desk)
    with pytest.raises(ZeroDivisionError), newsroom.desk.work(ANN) as work:
        predictions.withdraw_prediction(work, predictions.WithdrawPrediction(prediction_id=prediction.id, reason="r"))
        raise ZeroDivisionError
    sent(newsroom.outbox)
    assert newsroom.types() == []
    with newsroom.desk.database.read() as session:
        assert records.get(session, Prediction, prediction.id).status.value == "OPEN"
        assert records.get(session, Claim, prediction.claim_id).retracted_at is None
