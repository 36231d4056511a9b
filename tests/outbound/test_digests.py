"""A person gets one digest a day of what is new and still waits, and never two."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from claimkb import seeding
from claimkb.actions import channels, collections, following, predictions, searches
from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.domain.account import Actor
from claimkb.domain.channel import ChannelKind
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import Forbidden, NotFound
from claimkb.domain.telling import (
    ChannelNamed,
    NoAddress,
    NobodyToLookAfter,
    NobodyToTell,
    NotForPrograms,
    OwnDigestOnly,
    TooManyChannels,
)
from claimkb.identity import COMMAND_LINE
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.digests import Digests
from claimkb.store import digests
from tests.builders import (
    EDITOR,
    STORY,
    TODAY,
    Clock,
    a_channel,
    a_claim,
    a_claimant,
    a_collection,
    a_prediction,
    an_account,
    do,
    flagged,
    refused,
    resolved,
)
from tests.outbound.receivers import Post, Receiver, killed, sent
from tests.outbound.test_webhooks import told

DESK, ADA = "desk@example.org", "ada@example.org"


def assigned(desk: Desk, prediction: Prediction, to: str | None) -> None:
    """Say who looks after a prediction."""
    do(desk, following.assign_prediction, following.AssignPrediction(prediction_id=prediction.id, assignee=to))


def test_a_digest_groups_by_level_and_puts_first_what_has_waited_longest(timed: Desk, outbox: Outbox, post: Post) -> None:
    a_channel(timed, DESK)
    claim = a_claim(timed, voice="REPORTED", claimant_id=a_claimant(timed).id)
    long_ago = a_prediction(timed, TODAY - timedelta(days=31), claim=claim, question="Is it open?")
    recent = a_prediction(timed, TODAY - timedelta(days=1), question="Is it cheap?")
    soon = a_prediction(timed, TODAY, question="Is it safe?")
    undated = a_prediction(timed, None, review_on=TODAY - timedelta(days=9), question="Is it long?")
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    (mail,) = post.got
    assert (mail["to"], mail["subject"]) == (DESK, "claimkb, 2026-11-23: 1 long overdue, 1 overdue, 1 due soon, 1 for review")
    assert (
        mail.get_content().strip().replace("\r\n", "\n")
        == f"""Long overdue (1)

- Is it open?
  The minister · due 2026-10-23, 31 days ago
  https://claims.example.org/predictions/{long_ago.id}

Overdue (1)

- Is it cheap?
  Nobody named · due 2026-11-22, 1 day ago
  https://claims.example.org/predictions/{recent.id}

Due soon (1)

- Is it safe?
  Nobody named · due 2026-11-23
  https://claims.example.org/predictions/{soon.id}

For review (1)

- Is it long?
  Nobody named · to be looked at again since 2026-11-14
  https://claims.example.org/predictions/{undated.id}

A day that has passed does not mean "no": it means that a decision is wanted."""
    )


def test_a_channel_about_a_claimant_or_a_saved_search_tells_of_those_predictions_alone(
    timed: Desk, outbox: Outbox, post: Post
) -> None:
    minister = a_claimant(timed)
    said = a_claim(timed, voice="REPORTED", claimant_id=minister.id)
    a_prediction(timed, TODAY - timedelta(days=1), claim=said, question="Is it cheap?")
    a_prediction(timed, TODAY - timedelta(days=1), question="Is it safe?")
    search = do(timed, searches.save_search, searches.SaveSearch.model_validate({"name": "Safe", "filter": {"text": "SAFE"}}))
    nothing = do(timed, searches.save_search, searches.SaveSearch.model_validate({"name": "None", "filter": {"text": "red"}}))
    a_channel(timed, "all@example.org")
    a_channel(timed, "minister@example.org", claimant_id=minister.id)
    a_channel(timed, "search@example.org", saved_search_id=search.id)
    a_channel(timed, "both@example.org", saved_search_id=search.id, claimant_id=minister.id)
    a_channel(timed, "nothing@example.org", saved_search_id=nothing.id)
    flagged(timed)
    assert sent(outbox) == {"SENT": 3}
    named = {mail["to"]: [question for question in ("cheap", "safe") if question in mail.get_content()] for mail in post.got}
    assert named == {"all@example.org": ["cheap", "safe"], "minister@example.org": ["cheap"], "search@example.org": ["safe"]}
    assert sent(outbox) == {}


def test_no_digest_is_made_for_a_claimant_of_whom_there_is_nothing_to_tell(timed: Desk, outbox: Outbox) -> None:
    said = a_claim(timed, voice="REPORTED", claimant_id=a_claimant(timed).id)
    a_prediction(timed, TODAY - timedelta(days=1), claim=said)
    a_channel(timed, DESK, claimant_id=said.claimant_id)
    a_channel(timed, ADA, claimant_id=a_claimant(timed, "Somebody else").id)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}


def test_a_channel_about_a_collection_tells_of_what_is_in_it(timed: Desk, outbox: Outbox, post: Post) -> None:
    inside, outside = a_claim(timed), a_claim(timed)
    for claim, question in ((inside, "Is it cheap?"), (outside, "Is it safe?")):
        a_prediction(timed, TODAY - timedelta(days=1), claim=claim, question=question)
    collection = a_collection(timed, inside, outside)
    taken_out = {"collection_id": collection.id, "claim_ids": [outside.id], "reason": "r"}
    do(timed, collections.remove_from_collection, collections.RemoveFromCollection(**taken_out))
    a_channel(timed, DESK, collection_id=collection.id)
    a_channel(timed, ADA, collection_id=a_collection(timed).id)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    (mail,) = post.got
    assert ("cheap" in mail.get_content(), "safe" in mail.get_content()) == (True, False)


def test_digests_of_more_saved_searches_than_a_statement_takes_are_sent_once_each(
    timed: Desk, outbox: Outbox, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimkb.store.deliveries.SEARCHES", 2)
    a_prediction(timed, TODAY - timedelta(days=1), question="Is it safe?")
    a_channel(timed, "all@example.org")
    for number in range(5):
        given = {"name": f"No. {number}", "filter": {"text": "safe" if number % 2 else "red"}}
        search = do(timed, searches.save_search, searches.SaveSearch.model_validate(given))
        a_channel(timed, f"{number}@example.org", saved_search_id=search.id)
    flagged(timed)
    assert sent(outbox) == {"SENT": 3}
    assert {mail["to"] for mail in post.got} == {"all@example.org", "1@example.org", "3@example.org"}


@pytest.mark.parametrize("field", ["claimant_id", "saved_search_id", "collection_id"])
def test_a_channel_is_not_about_what_is_not_there_and_a_webhook_about_everything(desk: Desk, field: str) -> None:
    given = {"name": "n", "kind": "DIGEST", "address": DESK, field: desk.new_id()}
    assert refused(desk, NotFound, channels.open_channel, channels.OpenChannel(**given), COMMAND_LINE).field == (field,)
    there = a_claimant(desk).id
    if field == "saved_search_id":
        there = do(desk, searches.save_search, searches.SaveSearch.model_validate({"name": "S", "filter": {}})).id
    if field == "collection_id":
        there = a_collection(desk).id
    hook = {**given, "kind": "WEBHOOK", "address": "https://example.org/hook", field: there}
    assert refused(desk, NotForPrograms, channels.open_channel, channels.OpenChannel(**hook), COMMAND_LINE).field == (field,)


def test_people_open_digests_of_their_own_and_close_them(desk: Desk) -> None:
    rea, bo = an_account(desk, "Rea", "READER"), an_account(desk, "Bo", "READER")
    actor, other = (Actor(each.name, each.role, account_id=each.id) for each in (rea, bo))
    own = do(desk, channels.open_channel, channels.OpenChannel(name="Mine", kind="DIGEST", address=ADA, about="MINE"), actor)
    assert (own.account_id, own.about) == (rea.id, "MINE")
    for refusal, given in (
        (OwnDigestOnly, {"kind": "WEBHOOK", "address": "https://example.org/hook"}),
        (OwnDigestOnly, {"kind": "DIGEST", "address": "slack://a/b/c"}),
        (Forbidden, {"kind": "DIGEST", "address": ADA, "account_id": bo.id}),
    ):
        refused(desk, refusal, channels.open_channel, channels.OpenChannel(name="Other", **given), actor)
    close = channels.CloseChannel(channel_id=own.id, reason="r")
    refused(desk, NotFound, channels.close_channel, close, other)
    hook = a_channel(desk, "https://example.org/hook", "WEBHOOK", account_id=rea.id)
    refused(desk, NotFound, channels.close_channel, channels.CloseChannel(channel_id=hook.id, reason="r"), actor)
    assert do(desk, channels.close_channel, close, actor).closed_at


def test_nobody_has_more_than_twenty_open_channels_of_their_own(desk: Desk) -> None:
    rea = an_account(desk, "Rea", "READER")
    actor = Actor(rea.name, rea.role, account_id=rea.id)
    opened = [
        do(desk, channels.open_channel, channels.OpenChannel(name=f"No. {number}", kind="DIGEST", address=ADA), actor)
        for number in range(20)
    ]
    order = channels.OpenChannel(name="One more", kind="DIGEST", address=ADA)
    refused(desk, TooManyChannels, channels.open_channel, order, actor)
    do(desk, channels.close_channel, channels.CloseChannel(channel_id=opened[0].id, reason="r"), actor)
    do(desk, channels.open_channel, order, actor)


@pytest.mark.long
def test_on_the_seed_the_visit_comes_first_and_what_has_no_date_is_for_review(desk: Desk) -> None:
    seeding.load(desk, EDITOR, STORY)
    flagged(desk)
    with desk.database.read() as session:
        digest = digests.of_everything(session, TODAY)
    text = digest.written(lambda prediction: str(prediction.id))
    assert digest.title == "claimkb, 2026-11-23: 1 long overdue, 13 for review"
    first, rest = text.split("For review (13)")
    assert "visit Washington" in first
    assert (first.count("\n- "), rest.count("\n- ")) == (1, 13)
    assert "visit Astana" in rest


def test_a_level_of_very_many_names_the_first_and_counts_the_others(desk: Desk) -> None:
    for _ in range(53):
        a_prediction(desk)
    flagged(desk)
    with desk.database.read() as session:
        text = digests.of_everything(session, TODAY).written(lambda _: "")
    assert (text.count("- Does"), "And 3 more: claimkb predictions --timeliness LONG_OVERDUE" in text) == (50, True)


def test_who_got_a_digest_today_gets_the_next_one_tomorrow(timed: Desk, outbox: Outbox, post: Post, clock: Clock) -> None:
    a_channel(timed, DESK)
    a_prediction(timed, TODAY - timedelta(days=2), question="First?")
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    a_prediction(timed, TODAY - timedelta(days=2), question="Second?")
    flagged(timed)
    assert sent(outbox) == {}
    clock.go(days=1)
    assert sent(outbox) == {"SENT": 1}
    assert "First?" not in post.got[1].get_content()
    clock.go(days=1)
    assert sent(outbox) == {}


def test_a_digest_is_sent_from_its_hour_on_by_the_clock_of_the_desk(timed: Desk, outbox: Outbox, clock: Clock) -> None:
    almaty = replace(timed, timezone=ZoneInfo("Asia/Almaty"))
    box = replace(outbox, desk=almaty)
    a_channel(timed, DESK)
    a_prediction(timed)
    clock.now = clock.now.replace(hour=0)  # five in the morning in Almaty
    flagged(almaty)
    assert sent(box) == {}
    clock.go(hours=1.9)
    assert sent(box) == {}
    clock.go(hours=0.2)
    assert sent(box) == {"SENT": 1}


def test_some_are_told_of_all_and_some_of_what_they_look_after_or_nobody_does(timed: Desk, outbox: Outbox, post: Post) -> None:
    ada, _ = an_account(timed), an_account(timed, "Bob")
    a_channel(timed, DESK)
    a_channel(timed, ADA, about="MINE", account_id=ada.id)
    mine, his, nobodys = (a_prediction(timed, question=f"{whose}?") for whose in ("Mine", "His", "Nobodys"))
    assigned(timed, mine, "Ada")
    assigned(timed, his, "Bob")
    flagged(timed)
    assert nobodys.assignee is None
    assert sent(outbox) == {"SENT": 2}
    texts = {str(each["to"]): each.get_content() for each in post.got}
    assert [name in texts[DESK] for name in ("Mine?", "His?", "Nobodys?")] == [True, True, True]
    assert [name in texts[ADA] for name in ("Mine?", "His?", "Nobodys?")] == [True, False, True]
    assert "looked after by Ada" in texts[ADA]


def test_mail_that_is_refused_is_sent_later_the_same_day_and_once(timed: Desk, outbox: Outbox, post: Post, clock: Clock) -> None:
    a_channel(timed, DESK)
    a_prediction(timed)
    flagged(timed)
    post.refuses = True
    assert sent(outbox) == {"WAITING": 1}
    post.refuses = False
    clock.go(minutes=1)
    assert sent(outbox) == {"SENT": 1}
    assert sent(outbox) == {}
    assert len(post.got) == 1


@pytest.mark.long
def test_a_week_without_a_mail_server_ends_with_one_digest(timed: Desk, outbox: Outbox, post: Post, clock: Clock) -> None:
    a_channel(timed, DESK)
    post.refuses = True
    for day in range(8):
        a_prediction(timed, TODAY - timedelta(days=40), question=f"Day {day}?")
        flagged(timed)
        sent(outbox)
        clock.go(days=1)
    assert [state for state, *_ in told(timed)] == ["PARKED", "PARKED"]
    post.refuses = False
    assert sent(outbox) == {"SENT": 1}
    assert post.titles() == ["claimkb, 2026-12-01: 8 long overdue"]


def test_a_week_without_a_server_ends_with_one_digest(timed: Desk, outbox: Outbox, post: Post, clock: Clock) -> None:
    a_channel(timed, DESK)
    for days in range(1, 8):
        a_prediction(timed, TODAY + timedelta(days=days))
    clock.go(days=10)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    assert post.titles() == ["claimkb, 2026-12-03: 7 overdue"]


def test_an_answer_or_a_moved_date_takes_a_prediction_out_of_what_was_not_sent(
    timed: Desk, outbox: Outbox, post: Post, clock: Clock
) -> None:
    a_channel(timed, DESK)
    answered, moved = a_prediction(timed), a_prediction(timed)
    flagged(timed)
    post.refuses = True
    assert sent(outbox) == {"WAITING": 1}
    resolved(timed, answered)
    order = {"prediction_id": moved.id, "kind": "EXTENSION", "due_on": TODAY.replace(year=2028), "reason": "Put off."}
    do(timed, predictions.move_due_date, predictions.MoveDueDate.model_validate(order))
    post.refuses = False
    clock.go(minutes=1)
    assert sent(outbox) == {"CANCELLED": 1}
    assert post.got == []
    a_prediction(timed)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}


def test_a_server_that_stops_while_it_sends_sends_no_second_digest_that_day_and_forgets_nothing(
    timed: Desk, outbox: Outbox, post: Post, clock: Clock
) -> None:
    a_channel(timed, DESK)
    a_prediction(timed)
    flagged(timed)
    with pytest.raises(KeyboardInterrupt):
        killed(outbox).deliver()
    clock.go(hours=1)
    assert sent(outbox) == {}
    assert told(timed) == [("PARKED", 1, "The server stopped while it was sent: whether it arrived is not known.")]
    clock.go(days=1)
    assert sent(outbox) == {"SENT": 1}
    assert len(post.got) == 2


def test_what_a_digest_told_of_is_not_told_again_when_the_digest_is_forgotten(
    timed: Desk, outbox: Outbox, post: Post, clock: Clock
) -> None:
    a_channel(timed, DESK)
    for day in range(3):
        a_prediction(timed, TODAY - timedelta(days=40), question=f"Day {day}?")
        flagged(timed)
        sent(outbox)
        clock.go(days=1)
    assert [state for state, *_ in told(timed)] == ["SENT"] * 3
    clock.go(days=100)
    assert sent(outbox) == {}
    assert [state for state, *_ in told(timed)] == ["SENT"]
    assert sent(outbox) == {}
    assert len(post.got) == 3


def test_without_a_mail_server_the_problem_says_what_to_set(timed: Desk, outbox: Outbox) -> None:
    a_channel(timed, DESK)
    a_prediction(timed)
    flagged(timed)
    ways = {kind: Digests(timed, None, str) for kind in outbox.ways}
    assert sent(Outbox(timed, ways)) == {"WAITING": 1}
    assert told(timed) == [("WAITING", 1, "There is no mail server: name one in CLAIMKB_MAIL_URL.")]


def many(desk: Desk, count: int = 30) -> list[str]:
    """Let so many predictions wait under a flag; list what their links end with."""
    ids = [str(a_prediction(desk, question=f"Does bridge {number:02} open, as {'promised ' * 9}?").id) for number in range(count)]
    flagged(desk)
    return ids


@pytest.fixture
def room(receiver: Receiver) -> Receiver:
    """Give a chat that takes 4,000 characters a message, as Mattermost does."""
    receiver.answers, receiver.longest = 200, 4000
    return receiver


def test_a_chat_gets_a_long_digest_in_as_many_messages_as_it_takes_and_all_links_whole(
    timed: Desk, outbox: Outbox, room: Receiver
) -> None:
    a_channel(timed, room.chat)
    ids = many(timed)
    assert sent(outbox) == {"SENT": 1}
    assert [len(each) <= 4000 for each in room.messages()] == [True, True]
    text = "\n".join(room.messages())
    assert [text.count(f"https://claims.example.org/predictions/{id_}\n") for id_ in ids] == [1] * 30
    assert text.startswith("claimkb, 2026-11-23: 30 long overdue")
    assert text.endswith('A day that has passed does not mean "no": it means that a decision is wanted.')


def test_an_address_of_a_chat_may_say_that_a_long_digest_is_cut(timed: Desk, outbox: Outbox, room: Receiver) -> None:
    a_channel(timed, f"{room.chat}?overflow=truncate")
    many(timed)
    assert sent(outbox) == {"SENT": 1}
    assert [len(each) > 3900 for each in room.messages()] == [True]


def test_a_long_digest_is_one_e_mail(timed: Desk, outbox: Outbox, post: Post) -> None:
    a_channel(timed, DESK)
    for _ in range(50):
        a_prediction(timed, question="Does it open? " * 60)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    (mail,) = post.got
    assert len(mail.get_content()) > 40_000


def test_a_chat_that_says_no_for_good_is_not_asked_again_that_day(
    timed: Desk, outbox: Outbox, room: Receiver, clock: Clock
) -> None:
    a_channel(timed, f"{room.chat}?overflow=upstream")
    many(timed)
    assert sent(outbox) == {"PARKED": 1}
    assert told(timed) == [("PARKED", 1, "The service answered 400; the log of Apprise says more.")]
    clock.go(hours=9)
    assert sent(outbox) == {}
    room.longest = None
    clock.go(days=1)
    assert sent(outbox) == {"SENT": 1}
    assert "30 long overdue" in room.messages()[-1]


def test_a_chat_that_is_busy_is_asked_again(timed: Desk, outbox: Outbox, room: Receiver) -> None:
    a_channel(timed, room.chat)
    many(timed, 1)
    room.answers = 503
    assert sent(outbox) == {"WAITING": 1}
    assert told(timed) == [("WAITING", 1, "The service answered 503; the log of Apprise says more.")]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_digest_that_would_go_to_this_machine_is_parked_at_once_and_not_sent(timed: Desk, room: Receiver, host: str) -> None:
    a_channel(timed, room.chat.replace("127.0.0.1", host))
    many(timed, 1)
    strict = replace(timed, policy=Policy())
    assert sent(Outbox(strict, {ChannelKind.DIGEST: Digests(strict, None, str)})) == {"PARKED": 1}
    ((_, _, problem),) = told(timed)
    assert problem is not None
    assert problem.startswith(f"{host} leads to ")
    assert problem.endswith(", which is not an address of the public internet: CLAIMKB_PRIVATE_CHANNELS=true allows it.")
    assert room.got == []


CALLS = ["@everyone", "@here", "<!channel>", "<!subteam^S1>", "<@U024>", "<@&42>", "<users/all>", "\uff20all", "@**all**"]


@pytest.mark.parametrize("call", CALLS)
def test_a_question_or_a_name_calls_nobody_in_a_chat(timed: Desk, outbox: Outbox, room: Receiver, call: str) -> None:
    claim = a_claim(timed, voice="REPORTED", claimant_id=a_claimant(timed, f"Ann {call}").id)
    a_prediction(timed, claim=claim, question=f"Is it {call} open at 5 < 6 @ noon?")
    a_channel(timed, room.chat)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    (text,) = room.messages()
    inert = call[0] + "\u2060" + call[1:].replace("@", "@\u2060")
    assert text.replace("\\", "").count(inert) == 2
    assert call not in text
    assert "5 < 6 @ noon?" in text


def test_a_mail_holds_an_address_as_it_was_written(timed: Desk, outbox: Outbox, post: Post) -> None:
    a_prediction(timed, question="Does press@example.org answer <soon>?")
    a_channel(timed, DESK)
    flagged(timed)
    assert sent(outbox) == {"SENT": 1}
    assert "- Does press@example.org answer <soon>?" in post.got[0].get_content()


@pytest.mark.parametrize(
    "address",
    ["nosuchservice://x", "slack://", "nowhere", "a@b", "desk@example.org, other@example.org", "slack:x", "a b@example.org"],
)
def test_a_digest_leads_to_an_address(sqlite_desk: Desk, address: str) -> None:
    order = channels.OpenChannel(name="x", kind="DIGEST", address=address)
    refused(sqlite_desk, NoAddress, channels.open_channel, order, COMMAND_LINE)


def test_who_is_told_of_what_they_look_after_has_an_account(sqlite_desk: Desk) -> None:
    order = channels.OpenChannel(name="x", kind="DIGEST", address=DESK, about="MINE")
    refused(sqlite_desk, NobodyToLookAfter, channels.open_channel, order, COMMAND_LINE)


def test_a_name_is_of_one_open_channel(desk: Desk) -> None:
    first = a_channel(desk, DESK, name="Politics")
    order = channels.OpenChannel(name="Politics", kind="WEBHOOK", address="https://x.example.org/hook")
    found = refused(desk, ChannelNamed, channels.open_channel, order, COMMAND_LINE)
    assert (found.field, found.facts["id"]) == (("name",), global_id("Channel", first.id))
    do(desk, channels.close_channel, channels.CloseChannel(channel_id=first.id, reason="r"), COMMAND_LINE)
    assert do(desk, channels.open_channel, order, COMMAND_LINE).name == "Politics"


def test_who_has_no_account_opens_no_channel(sqlite_desk: Desk) -> None:
    order = channels.OpenChannel(name="x", kind="DIGEST", address=DESK)
    refused(sqlite_desk, NobodyToTell, channels.open_channel, order, Actor("Ed", Role.EDITOR))
