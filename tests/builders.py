"""Builders of what tests begin with: plain functions, each with what matters as its arguments."""

import base64
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import SQLModel
from uuid_utils.compat import uuid7

from claimkb.actions import (
    accounts,
    channels,
    claimants,
    claims,
    collections,
    flagging,
    outcomes,
    predictions,
    reviews,
    searches,
    series,
    sessions,
    sources,
)
from claimkb.actions.work import Desk, Work
from claimkb.domain import Account, Channel, Claim, Claimant, Collection, Outcome, Prediction, Review, Series, Source, Token
from claimkb.domain.account import Actor
from claimkb.domain.permissions import Role, Scope
from claimkb.domain.refusals import Refusal
from claimkb.domain.token import actor_of
from claimkb.identity import COMMAND_LINE
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.database import Database

T = TypeVar("T")

IS_LONG = os.environ.get("CLAIMKB_TEST_LONG") == "1"
"""As in CI: then more is tried than before each commit."""

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EDITOR = Actor("Edith", Role.EDITOR)
STORY = next((Path(__file__).parent.parent / "seeds").glob("*.yaml"))
TEXT = "The minister said the bridge will open in spring. Critics doubt it. The bridge is long."


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, **on: float) -> None:
        """Let time pass."""
        self.now += timedelta(**on)


def a_desk(url: str, now: datetime = NOON, timezone: str = "UTC") -> Desk:
    """Make a desk whose clock stands still."""
    return Desk(Database(url), ZoneInfo(timezone), lambda: now, uuid7, token_bytes)


def do(
    desk: Desk, action: Callable[[Work, Any], T], order: Any, actor: Actor = EDITOR, cancellation: Cancellation | None = None
) -> T:
    """Carry out an action in its transaction."""
    with desk.work(actor, cancellation) as work:
        return action(work, order)


def code_at(secret: SecretStr, when: datetime) -> str:
    """Compute the code that an app shows at a time (RFC 6238), by other means than claimkb does."""
    step = int(when.timestamp()) // 30
    mac = hmac.digest(base64.b32decode(secret.get_secret_value()), step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def an_account(desk: Desk, name: str = "Ada", role: str = "ADMIN", **given: Any) -> Account:
    """Make an account."""
    return do(desk, accounts.create_account, accounts.CreateAccount(name=name, role=role, **given), COMMAND_LINE)


def a_token(desk: Desk, account: Account, **given: Any) -> Token:
    """Issue a token, for everything unless told otherwise."""
    order = accounts.CreateToken(account_id=account.id, **{"name": "test", "scopes": list(Scope), **given})
    return do(desk, accounts.create_token, order, COMMAND_LINE)


def an_invitation(desk: Desk, account: Account) -> Token:
    """Invite somebody."""
    return do(desk, accounts.invite, accounts.Invite(account_id=account.id), COMMAND_LINE)


def a_session(desk: Desk, account: Account) -> Token:
    """Have somebody choose a password by an invitation, and so sign in."""
    order = sessions.ChoosePassword(account_id=account.id, right_for=None, device="test", password_hash=SecretStr("hash"))
    return do(desk, sessions.choose_password, order, actor_of(an_invitation(desk, account), account))


def a_feed_key(desk: Desk, account: Account) -> Token:
    """Make a key of feeds for somebody."""
    return do(desk, searches.create_feed_key, searches.CreateFeedKey(name="test"), actor_of(a_token(desk, account), account))


def a_source(desk: Desk, **given: Any) -> Source:
    """Record a source with a snapshot."""
    order: dict[str, Any] = {"title": "The bridge", "byline": "Ann Author", "snapshot": {"text": TEXT}, **given}
    return do(desk, sources.record_source, sources.RecordSource(**order))


def a_claimant(desk: Desk, name: str = "The minister", kind: str = "PERSON") -> Claimant:
    """Record a claimant."""
    return do(desk, claimants.record_claimant, claimants.RecordClaimant(name=name, kind=kind))


def a_claim(desk: Desk, **given: Any) -> Claim:
    """Record a claim that nobody is named for."""
    order = {"statement": "The bridge will open.", "kind": "PREDICTION", "voice": "UNATTRIBUTED", **given}
    return do(desk, claims.record_claim, claims.RecordClaim(**order))


def a_collection(desk: Desk, *collected: Claim, name: str | None = None, kind: str = "TOPIC") -> Collection:
    """Make a collection of some claims."""
    order = collections.CreateCollection(name=name or f"Bridges {desk.new_id()}", kind=kind)
    made = do(desk, collections.create_collection, order)
    if collected:
        added = collections.AddToCollection(collection_id=made.id, claim_ids=[each.id for each in collected])
        do(desk, collections.add_to_collection, added)
    return made


def a_fact(desk: Desk, **given: Any) -> Claim:
    """Record a claim that is not about the future."""
    return a_claim(desk, **{"statement": "The bridge is open.", "kind": "FACT", **given})


def reviewed(desk: Desk, claim: Claim, **given: Any) -> Review:
    """Review a claim: false, with a reason for having no evidence, and nothing else."""
    order = {"rating": "FALSE", "summary": "It is shut.", "no_evidence_reason": "We stood before it.", **given}
    return do(desk, reviews.review_claim, reviews.ReviewClaim(claim_id=claim.id, **order))


def a_prediction(
    desk: Desk, due_on: date | None = date(2025, 11, 19), *, claim: Claim | None = None, actor: Actor = EDITOR, **given: Any
) -> Prediction:
    """Record a prediction with its claim; due on 19 November 2025 unless told otherwise."""
    order: dict[str, Any] = {"question": "Does the bridge open?", "criteria": "The ministry says so.", **given}
    if due_on:
        order = {"due_on": due_on, "due_basis": "STATED", **order}
    order["claim_id"] = (claim or a_claim(desk)).id
    return do(desk, predictions.record_prediction, predictions.RecordPrediction(**order), actor)


def a_series(desk: Desk, *, claim: Claim | None = None, **given: Any) -> Series:
    """Record a series with its claim: four years from 2025 on unless told otherwise."""
    order: dict[str, Any] = {
        "every": "YEAR",
        "from_": "2025-01-01",
        "question": "600,000 homes in {year}?",
        "criteria": "In {period}.",
    }
    order |= {"due_basis": "STATED", **({} if given.keys() & {"until", "count"} else {"count": 4}), **given}
    return do(desk, series.record_series, series.RecordSeries(claim_id=(claim or a_claim(desk)).id, **order))


def resolved(desk: Desk, prediction: Prediction, **given: Any) -> Outcome:
    """Resolve a prediction with a yes, a reason for having no evidence, and nothing else."""
    order = {"verdict": "YES", "rationale": "It is open.", "no_evidence_reason": "We stood on it.", **given}
    return do(desk, outcomes.resolve_prediction, outcomes.ResolvePrediction(prediction_id=prediction.id, **order))


def flagged(desk: Desk) -> int:
    """Run the job and count the new flags."""
    return len(do(desk, flagging.flag_predictions, flagging.FlagPredictions()).flags)


def a_channel(desk: Desk, address: str, kind: str = "DIGEST", **given: Any) -> Channel:
    """Open a channel."""
    order = channels.OpenChannel(**{"name": address, "kind": kind, "address": address, **given})
    return do(desk, channels.open_channel, order, COMMAND_LINE)


def bare(value: Any) -> Any:
    """Give what is in a secret, for whoever looks whether it stands elsewhere."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def everything(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Read every row of every table."""
    with desk.database.connection() as connection:
        return {
            table.name: sorted((tuple(map(bare, row)) for row in connection.execute(sa.select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


def as_it_is(desk: Desk) -> list[list[str]]:
    """Read every row of every table as the driver gives it: in less time, to compare all of it with all of it at another time."""
    with desk.database.reader() as reader:
        tables = [f'SELECT * FROM "{table.name}"' for table in SQLModel.metadata.sorted_tables]
        return [sorted(map(repr, reader.rows(each, ()))) for each in tables]


def refused(desk: Desk, refusal: type[Refusal], action: Callable[[Work, Any], Any], order: Any, actor: Actor = EDITOR) -> Refusal:
    """See an action refused, and see that nothing has changed."""
    before = everything(desk)
    with pytest.raises(refusal) as caught:
        do(desk, action, order, actor)
    assert everything(desk) == before
    return caught.value


def plan(desk: Desk, select: sa.Select[Any]) -> str:
    """Ask the database how it would answer if there were many rows: it sorts or scans only where no index serves."""
    with desk.database.connection() as connection:
        if not desk.database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        sql = select.compile(connection, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if desk.database.is_sqlite else ''}{sql}".replace("%", "%%"))
        return "\n".join(str(row) for row in rows)
