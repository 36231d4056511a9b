"""Channels and what is sent by them, on the command line."""

import json

import pytest

from claimkb.actions.work import Desk
from tests.builders import a_channel, a_prediction, an_account, flagged, resolved
from tests.cli.test_commands import Run, run
from tests.outbound.receivers import Receiver, a_post, a_receiver

__all__ = ["run"]


def test_the_secret_of_a_webhook_is_printed_by_itself_and_the_program_is_told(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAIMKB_PRIVATE_CHANNELS", "true")
    with a_receiver() as receiver:
        code, out, err = run("channel", "open", "Dashboard", "--webhook", receiver.url)
        assert (code, out.startswith("whsec_"), len(out.splitlines())) == (0, True, 1)
        assert "shown this once" in err
        resolved(sqlite_desk, a_prediction(sqlite_desk))
        assert run("deliver")[1] == "1 sent\n"
        assert _types(receiver) == ["outcome.recorded"]
    (row,) = json.loads(run("deliveries", "--json")[1])
    assert (row["channel"], row["what"], row["state"], row["attempts"]) == ("Dashboard", "OUTCOME", "SENT", 1)


def _types(receiver: Receiver) -> list[str]:
    """Say what a program was told of."""
    return [json.loads(body)["type"] for _, body in receiver.got]


def test_a_channel_is_tried_without_waiting_for_news(run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_prediction(sqlite_desk)
    flagged(sqlite_desk)
    run("channel", "open", "Desk", "--digest", "desk@example.org")
    with a_post() as post:
        monkeypatch.setenv("CLAIMKB_MAIL_URL", post.url)
        monkeypatch.setenv("CLAIMKB_DIGEST_HOUR", "0")
        assert "Sent to desk@example.org: claimkb, " in run("channel", "test", "Desk")[1]
        assert run("deliver")[1] == "1 sent\n"
        assert len(post.titles()) == 2


def test_a_webhook_is_tried_by_a_signed_ping_and_the_answer_is_told(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAIMKB_PRIVATE_CHANNELS", "true")
    resolved(sqlite_desk, a_prediction(sqlite_desk))
    with a_receiver() as receiver:
        secret = run("channel", "open", "CMS", "--webhook", receiver.url)[1].strip()
        assert run("channel", "test", "CMS") == (0, "Sent a ping to http://127.0.0.1: it answered 204.\n", "")
        (message,) = receiver.verified(secret)
        assert (message["type"], message["data"]) == ("ping", {"channel": "CMS"})
        for answer in (410, 500):
            receiver.answers = answer
            code, out, err = run("channel", "test", "CMS")
            assert (code, out, err.startswith(f"claimkb: It answered {answer}")) == (1, "", True)
    code, _, err = run("channel", "test", "CMS")
    assert (code, err.startswith("claimkb: It did not answer: ")) == (1, True)
    assert json.loads(run("deliveries", "--json")[1]) == []
    assert run("channel", "close", "CMS", "--reason", "Nobody is there.")[0] == 0


def test_a_webhook_on_this_machine_is_not_tried_unless_the_operator_allows_it(run: Run, sqlite_desk: Desk) -> None:
    a_channel(sqlite_desk, "http://localhost:9/hook", "WEBHOOK", name="CMS")
    code, _, err = run("channel", "test", "CMS")
    assert (code, "CLAIMKB_PRIVATE_CHANNELS=true allows it." in err) == (1, True)


def test_what_is_not_sent_says_why(run: Run, sqlite_desk: Desk) -> None:
    a_channel(sqlite_desk, "desk@example.org", name="Desk")
    code, _, err = run("channel", "test", "Desk")
    assert (code, err) == (1, "claimkb: There is no mail server: name one in CLAIMKB_MAIL_URL.\n")


def test_a_closed_channel_is_listed_as_closed(run: Run, sqlite_desk: Desk) -> None:
    an_account(sqlite_desk)
    run("channel", "open", "Mine", "--digest", "ada@example.org", "--account", "Ada", "--mine", "--as", "Ada")
    assert run("channel", "close", "Mine", "--reason", "Enough.", "--as", "Ada")[1] == "Mine is closed.\n"
    (row,) = json.loads(run("channel", "list", "--json")[1])
    assert (row["name"], row["about"], row["account"], row["closed"] is None) == ("Mine", "MINE", "Ada", False)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("channel", "open", "x"), 2, "say either --digest or --webhook"),
        (("channel", "open", "x", "--digest", "a@b.example", "--webhook", "https://x.example"), 2, "say either"),
        (("channel", "open", "x", "--digest", "nowhere"), 1, "This leads nowhere"),
        (("channel", "open", "x", "--digest", "desk@example..org"), 1, "This leads nowhere"),
        (("channel", "open", "x", "--digest", "ann,bob@example.org"), 1, "This leads nowhere"),
        (("channel", "open", "x", "--digest", "a@b.example", "--mine"), 1, "Say whose predictions they are"),
        (("channel", "open", "x", "--digest", "a@b.example", "--account", "Nobody"), 1, "no account with the name Nobody"),
        (("channel", "open", "x", "--webhook", "http://127.0.0.1"), 1, "CLAIMKB_PRIVATE_CHANNELS=true"),
        (("channel", "close", "Nobody", "--reason", "r"), 1, "There is no open channel with the name Nobody"),
    ],
)
def test_a_mistake_is_told_in_one_line(run: Run, sqlite_desk: Desk, words: tuple[str, ...], code: int, said: str) -> None:
    a_channel(sqlite_desk, "https://x.example", "WEBHOOK", name="Hook")
    exit_code, _, err = run(*words)
    assert (exit_code, said in " ".join(err.replace("│", " ").split())) == (code, True), err


def test_the_digest_of_today_is_printed_as_it_would_be_sent(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    flagged(sqlite_desk)
    out = run("digest")[1]
    assert "1 long overdue\n\nLong overdue (1)\n\n- Does the bridge open?" in out
    assert f"http://127.0.0.1:8000/predictions/{prediction.id}" in out
