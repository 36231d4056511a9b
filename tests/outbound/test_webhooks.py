"""Programs are told of each flag and outcome at least once, always under the same id, by requests that they can verify."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from ipaddress import ip_address
from uuid import UUID

import pytest

from claimkb.actions import accounts, channels, flagging, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Channel, Delivery
from claimkb.domain.channel import ChannelKind
from claimkb.domain.delivery import Cancelled, Sent
from claimkb.domain.policy import Policy
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import UserErrorCode
from claimkb.domain.telling import ChannelClosed, NoAddress, NotForPrograms, NotParked, PrivateAddress
from claimkb.identity import COMMAND_LINE
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.webhooks import Webhooks
from claimkb.store import channels as stored
from claimkb.store import deliveries, revisions
from claimkb.store.deliveries import DeliveryFilter
from claimkb.store.engine.outages import DatabaseCorrupt
from tests.builders import TODAY, Clock, a_channel, a_prediction, an_account, do, flagged, refused, resolved
from tests.ghosts import an_outcome_that_was_never_recorded
from tests.outbound.receivers import Receiver, a_receiver, killed, sent


def told(desk: Desk) -> list[tuple[str, int, str | None]]:
    """List what was sent or is to be: its state, how often it was tried, and what was wrong."""
    with desk.database.read() as session:
        rows = session.scalars(deliveries.matching(DeliveryFilter()).order_by(*deliveries.ordered(None).by(backward=True)))
        return sorted(((each.state.value, each.attempts, each.problem) for each in rows), key=repr)


def test_a_program_is_told_of_flags_and_outcomes_and_can_verify_both(desk: Desk, receiver: Receiver) -> None:
    now = replace(desk, clock=lambda: datetime.now(UTC))  # the reference library reads the clock of the machine
    opened = a_channel(now, receiver.url, "WEBHOOK")
    outbox = Outbox(now, {opened.kind: Webhooks(now, lambda each: f"https://claims.example.org/predictions/{each.id}")})
    prediction = a_prediction(now)
    do(now, flagging.flag_predictions, flagging.FlagPredictions())
    sent(outbox)
    outcome = resolved(now, prediction, occurred_on=date(2025, 11, 18))
    sent(outbox)
    about = {
        "claim": global_id("Claim", prediction.claim_id),
        "statement": "The bridge will open.",
        "claimant": None,
        "prediction": global_id("Prediction", prediction.id),
        "question": "Does the bridge open?",
        "criteria": "The ministry says so.",
        "status": "OPEN",
        "dueOn": "2025-11-19",
        "url": f"https://claims.example.org/predictions/{prediction.id}",
    }
    (first, second) = receiver.verified(opened.secret.get_secret_value() or "")
    assert first["data"] == {**about, "flag": first["data"]["flag"], "level": "LONG_OVERDUE"}
    outcome_id = global_id("Outcome", outcome.id)
    assert second == {
        "type": "outcome.recorded",
        "timestamp": outcome.recorded_at.isoformat(),
        "data": {
            **about,
            "status": "RESOLVED",
            "outcome": outcome_id,
            "verdict": "YES",
            "review": "CONFIRMED",
            "occurredOn": "2025-11-18",
            "rationale": "It is open.",
            "noEvidenceReason": "We stood on it.",
            "evidence": [],
            "reason": None,
            "supersedes": None,
        },
    }


def test_the_secret_of_a_webhook_is_shown_once_and_stands_in_no_history(desk: Desk) -> None:
    opened = a_channel(desk, "https://x.example/hook?key=hush", "WEBHOOK", name="x")
    assert opened.secret.get_secret_value() is not None
    with desk.database.read() as session:
        (again, _), *_ = stored.every(session)
        history = [each.after for each in revisions.since(session, opened.id, 0)]
    assert again.secret.get_secret_value() == ""
    assert not any("whsec_" in each or "hush" in each for each in history)


def test_a_webhook_is_not_told_of_what_came_before_it(timed: Desk, outbox: Outbox, receiver: Receiver) -> None:
    a_prediction(timed)
    flagged(timed)
    a_channel(timed, receiver.url, "WEBHOOK")
    assert sent(outbox) == {}
    a_prediction(timed)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    assert sent(outbox) == {}


def test_what_is_refused_is_sent_again_later_and_under_the_same_id(
    timed: Desk, outbox: Outbox, receiver: Receiver, clock: Clock
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    for _ in range(3):
        a_prediction(timed)
    flagged(timed)
    receiver.answers = 500
    assert sent(outbox) == {"WAITING": 1}
    assert sent(outbox) == {}
    assert told(timed) == [("WAITING", 0, None), ("WAITING", 0, None), ("WAITING", 1, "It answered 500.")]
    receiver.answers = 204
    clock.go(seconds=31)
    assert sent(outbox) == {"SENT": 3}
    first, *rest = receiver.ids()
    assert rest[0] == first
    assert len(set(rest)) == 3


@pytest.mark.parametrize("answer", [302, 408, 429, 500, 503])
def test_only_a_yes_counts_and_a_redirect_is_not_followed(timed: Desk, outbox: Outbox, receiver: Receiver, answer: int) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    a_prediction(timed)
    flagged(timed)
    receiver.answers = answer
    assert sent(outbox) == {"WAITING": 1}
    assert told(timed) == [("WAITING", 1, f"It answered {answer}.")]
    assert len(receiver.got) == 1


@pytest.mark.parametrize("answer", [400, 401, 403, 404, 413, 422])
def test_a_refusal_that_will_not_change_is_parked_at_once_and_holds_up_nothing_behind_it(
    timed: Desk, outbox: Outbox, receiver: Receiver, answer: int
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    a_prediction(timed)
    a_prediction(timed)
    flagged(timed)
    receiver.answers = answer
    assert sent(outbox) == {"PARKED": 2}
    assert told(timed) == [("PARKED", 1, f"It answered {answer}.")] * 2
    receiver.answers = 204
    a_prediction(timed)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    assert len(receiver.got) == 3


def test_a_program_that_is_gone_has_its_channel_closed_with_the_reason_and_is_told_nothing_more(
    timed: Desk, outbox: Outbox, receiver: Receiver
) -> None:
    opened = a_channel(timed, receiver.url, "WEBHOOK")
    for _ in range(3):
        a_prediction(timed)
    flagged(timed)
    receiver.answers = 410
    assert sent(outbox) == {"PARKED": 1, "CANCELLED": 2}
    reason = "It answered 410: it is gone, and wants to be told nothing more."
    assert told(timed) == [("CANCELLED", 0, None), ("CANCELLED", 0, None), ("PARKED", 1, reason)]
    with timed.database.read() as session:
        assert [(each.name, each.closed_at) for each, _ in stored.every(session)] == [(receiver.url, timed.now())]
        (closed,) = revisions.since(session, opened.id, 1)
    assert (closed.recorded_by, closed.action, closed.reason) == ("scheduler", "closeChannel", reason)
    a_prediction(timed)
    flagged(timed)
    assert sent(outbox) == {}
    assert len(receiver.got) == 1


def test_a_program_that_was_closed_while_it_said_that_it_is_gone_is_closed_once(
    timed: Desk, outbox: Outbox, receiver: Receiver
) -> None:
    opened = a_channel(timed, receiver.url, "WEBHOOK")
    a_prediction(timed)
    flagged(timed)
    receiver.answers = 410

    def closed_meanwhile(delivery: Delivery, channel: Channel) -> Sent | Cancelled:
        do(timed, channels.close_channel, channels.CloseChannel(channel_id=opened.id, reason="Moved on."), COMMAND_LINE)
        return outbox.ways[channel.kind](delivery, channel)

    assert sent(replace(outbox, ways={ChannelKind.WEBHOOK: closed_meanwhile})) == {"PARKED": 1}
    with timed.database.read() as session:
        assert [each.reason for each in revisions.since(session, opened.id, 1)] == ["Moved on."]


@pytest.mark.parametrize("answer", [429, 503, 413, 500])
@pytest.mark.parametrize("retry_after", ["7200", "Mon, 23 Nov 2026 14:00:00 GMT"])
def test_a_program_that_says_when_to_ask_again_is_asked_then(
    timed: Desk, outbox: Outbox, receiver: Receiver, clock: Clock, answer: int, retry_after: str
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    a_prediction(timed)
    a_prediction(timed)
    flagged(timed)
    receiver.answers, receiver.retry_after = answer, retry_after
    assert sent(outbox) == {"WAITING": 1}
    receiver.answers = 204
    clock.go(hours=1.99)
    assert sent(outbox) == {}
    clock.go(hours=0.01)
    assert sent(outbox) == {"SENT": 2}


def test_a_program_that_hangs_holds_up_nobody_else_and_hears_of_it_when_it_is_back(
    timed: Desk, outbox: Outbox, receiver: Receiver, clock: Clock
) -> None:
    with a_receiver() as other:
        a_channel(timed, receiver.url, "WEBHOOK", name="hangs")
        a_channel(timed, other.url, "WEBHOOK", name="answers")
        for _ in range(5):
            a_prediction(timed)
        flagged(timed)
        receiver.hangs.set()
        patient, impatient = outbox.ways[ChannelKind.WEBHOOK], Webhooks(timed, lambda _: "", seconds=0.3)

        def by_name(delivery: Delivery, channel: Channel) -> Sent | Cancelled:
            return (impatient if channel.name == "hangs" else patient)(delivery, channel)

        assert sent(replace(outbox, ways={ChannelKind.WEBHOOK: by_name})) == {"SENT": 5, "WAITING": 1}
        assert (len(receiver.got), len(other.got)) == (1, 5)
        receiver.hangs.clear()
        clock.go(seconds=31)
        assert sent(outbox) == {"SENT": 5}
        assert len(set(receiver.ids())) == 5


def test_what_nobody_accepts_for_three_days_is_parked_and_can_be_tried_again(
    timed: Desk, outbox: Outbox, receiver: Receiver, clock: Clock
) -> None:
    opened = a_channel(timed, receiver.url, "WEBHOOK")
    a_prediction(timed)
    flagged(timed)
    receiver.answers = 500
    tries = 0
    while sent(outbox) != {"PARKED": 1}:
        clock.go(hours=6)
        tries += 1
    assert tries == 12
    clock.go(days=30)
    assert sent(outbox) == {}
    with timed.database.read() as session:
        (parked,) = session.scalars(deliveries.matching(DeliveryFilter(state=["PARKED"], channel_id=opened.id)))
    do(timed, channels.retry_delivery, channels.RetryDelivery(delivery_id=parked.id), COMMAND_LINE)
    receiver.answers = 204
    assert sent(outbox) == {"SENT": 1}
    assert len(set(receiver.ids())) == 1
    refused(timed, NotParked, channels.retry_delivery, channels.RetryDelivery(delivery_id=parked.id), COMMAND_LINE)


def test_what_a_server_was_sending_when_it_stopped_is_sent_again_under_the_same_id(
    timed: Desk, outbox: Outbox, receiver: Receiver, clock: Clock
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    a_prediction(timed)
    flagged(timed)
    with pytest.raises(KeyboardInterrupt):
        killed(outbox).deliver()
    assert sent(outbox) == {}
    clock.go(minutes=6)
    assert sent(outbox) == {"SENT": 1}
    assert len(receiver.ids()) == 2
    assert len(set(receiver.ids())) == 1


def test_what_was_never_recorded_is_parked_at_once_and_holds_up_nothing_behind_it(
    timed: Desk, outbox: Outbox, receiver: Receiver
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    prediction = a_prediction(timed)
    ghost = an_outcome_that_was_never_recorded(timed)
    resolved(timed, prediction)
    assert sent(outbox) == {"PARKED": 1, "SENT": 1}
    gone = f"There is no Outcome with the id {global_id('Outcome', ghost)}. claimkb verify tells of such traces."
    assert told(timed) == [("PARKED", 1, gone), ("SENT", 1, None)]
    assert b"outcome.recorded" in receiver.got[0][1]
    assert sent(outbox) == {}


def test_a_record_that_cannot_be_read_is_parked_after_three_days_and_what_is_behind_it_is_sent(
    timed: Desk, clock: Clock, receiver: Receiver
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    resolved(timed, a_prediction(timed))
    asked_for: list[UUID] = []

    def tell(delivery: Delivery, _: Channel) -> Sent:
        asked_for.append(delivery.id)
        if delivery.id == asked_for[0]:
            raise DatabaseCorrupt("A page is damaged.")
        return Sent()

    outbox = Outbox(timed, {ChannelKind.WEBHOOK: tell})
    assert sent(outbox) == {"WAITING": 1}
    resolved(timed, a_prediction(timed))
    for _ in range(14):
        clock.go(hours=6)
        sent(outbox)
    assert told(timed) == [("PARKED", 13, DatabaseCorrupt().public_message), ("SENT", 1, None)]


def test_what_was_sent_is_forgotten_after_ninety_days_and_not_sent_again_and_what_is_parked_stays(
    timed: Desk, outbox: Outbox, receiver: Receiver, clock: Clock
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    receiver.answers = 404
    a_prediction(timed)
    flagged(timed)
    assert sent(outbox) == {"PARKED": 1}
    receiver.answers = 204
    for _ in range(3):
        resolved(timed, a_prediction(timed))
    assert sent(outbox) == {"SENT": 3}
    clock.go(days=90)
    assert sent(outbox) == {}
    assert [state for state, *_ in told(timed)] == ["PARKED", "SENT", "SENT", "SENT"]
    clock.go(seconds=1)
    assert sent(outbox) == {}
    assert [state for state, *_ in told(timed)] == ["PARKED", "SENT"]
    assert sent(outbox) == {}
    resolved(timed, a_prediction(timed))
    assert sent(outbox) == {"SENT": 1}
    assert sent(outbox) == {}
    assert [state for state, *_ in told(timed)] == ["PARKED", "SENT"]
    assert len(set(receiver.ids())) == 5


def test_two_servers_that_send_at_once_send_everything_once(timed: Desk, outbox: Outbox, receiver: Receiver) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    for _ in range(30):
        a_prediction(timed)
    flagged(timed)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: sent(outbox).get("SENT", 0), range(4)))
    assert sum(counts) == 30
    assert len(receiver.ids()) == len(set(receiver.ids())) == 30


def test_an_outcome_or_a_moved_date_cancels_what_was_not_sent(timed: Desk, outbox: Outbox, receiver: Receiver) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    answered, moved = a_prediction(timed), a_prediction(timed)
    flagged(timed)
    order = {"prediction_id": moved.id, "kind": "EXTENSION", "due_on": TODAY.replace(year=2028), "reason": "Put off."}
    do(timed, predictions.move_due_date, predictions.MoveDueDate.model_validate(order))
    resolved(timed, answered)
    assert sent(outbox) == {"SENT": 2}
    assert [state for state, *_ in told(timed)] == ["CANCELLED", "CANCELLED", "SENT", "SENT"]
    assert b"prediction.moved" in receiver.got[0][1]
    assert b"outcome.recorded" in receiver.got[1][1]


def test_who_closed_a_channel_or_whose_account_is_closed_is_told_nothing(timed: Desk, outbox: Outbox, receiver: Receiver) -> None:
    bob = an_account(timed, "Bob", "REPORTER")
    first = a_channel(timed, receiver.url, "WEBHOOK", name="first")
    a_channel(timed, receiver.url, "WEBHOOK", name="second", account_id=bob.id)
    a_prediction(timed)
    flagged(timed)
    close = channels.CloseChannel(channel_id=first.id, reason="Moved on.")
    do(timed, channels.close_channel, close, COMMAND_LINE)
    do(timed, accounts.close_account, accounts.CloseAccount(account_id=bob.id, reason="Left."), COMMAND_LINE)
    assert sent(outbox) == {}
    assert receiver.got == []
    refused(timed, ChannelClosed, channels.close_channel, close, COMMAND_LINE)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "[::1]"])
def test_what_would_go_to_this_machine_is_parked_at_once_and_not_sent(timed: Desk, receiver: Receiver, host: str) -> None:
    a_channel(timed, receiver.url.replace("127.0.0.1", host), "WEBHOOK")
    a_prediction(timed)
    flagged(timed)
    strict = replace(timed, policy=Policy())
    assert sent(Outbox(strict, {ChannelKind.WEBHOOK: Webhooks(strict, str)})) == {"PARKED": 1}
    assert receiver.got == []
    ((state, attempts, problem),) = told(timed)
    leads = rf"{re.escape(host.strip('[]'))} leads to (127\.0\.0\.1|::1), which is not an address of the public internet"
    assert (state, attempts) == ("PARKED", 1)
    assert re.fullmatch(f"{leads}: CLAIMKB_PRIVATE_CHANNELS=true allows it\\.", problem or "")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "[::1]", "[::ffff:a00:1]", "[64:ff9b::a00:1]"]
)
@pytest.mark.parametrize(("kind", "scheme"), [("WEBHOOK", "http"), ("WEBHOOK", "https"), ("DIGEST", "json"), ("DIGEST", "mailto")])
def test_a_channel_to_a_private_address_is_refused_unless_the_desk_allows_it(
    sqlite_desk: Desk, host: str, kind: str, scheme: str
) -> None:
    order = channels.OpenChannel(name="x", kind=kind, address=f"{scheme}://{host}:8065/hook?to=a@b.example&from=c@d.example")
    found = refused(sqlite_desk, PrivateAddress, channels.open_channel, order, COMMAND_LINE)
    assert (found.field, found.code) == (("address",), UserErrorCode.INVALID)
    assert str(found).startswith(f"{ip_address(host.strip('[]'))} is not an address of the public internet: name another.")
    allowed = replace(sqlite_desk, policy=Policy(private_channels=True))
    assert do(allowed, channels.open_channel, order, COMMAND_LINE).name == "x"


def test_a_mail_server_that_the_address_of_a_digest_names_beside_is_no_way_around_it(sqlite_desk: Desk) -> None:
    order = channels.OpenChannel(name="x", kind="DIGEST", address="mailto://ann:pass@gmail.com?smtp=10.0.0.1")
    refused(sqlite_desk, PrivateAddress, channels.open_channel, order, COMMAND_LINE)


@pytest.mark.parametrize(
    "address", ["ftp://x.example/hook", "https://", "x.example/hook", "mailto:a@b.example", "desk@example.org"]
)
def test_a_webhook_leads_to_a_web_address(sqlite_desk: Desk, address: str) -> None:
    order = channels.OpenChannel(name="x", kind="WEBHOOK", address=address)
    refused(sqlite_desk, NoAddress, channels.open_channel, order, COMMAND_LINE)


def test_a_webhook_is_told_of_everything(sqlite_desk: Desk) -> None:
    ada = an_account(sqlite_desk)
    order = channels.OpenChannel(name="x", kind="WEBHOOK", address="https://x.example", about="MINE", account_id=ada.id)
    refused(sqlite_desk, NotForPrograms, channels.open_channel, order, COMMAND_LINE)
