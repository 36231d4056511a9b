"""A year of days over two thousand predictions, with servers that crash between any two statements, and two of them at work.

The whole year with CLAIMKB_TEST_LONG=1, as in CI; of it the first two weeks without.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from claimkb.actions import outcomes, predictions
from claimkb.actions.flagging import JOB
from claimkb.actions.work import Desk
from claimkb.domain import Announcement, Channel, Claim, Delivery, Flag, Outcome, Prediction, Revision
from claimkb.domain.announcement import Topic
from claimkb.domain.channel import ChannelKind
from claimkb.domain.delivery import Cancelled, DeliveryState, Sent
from claimkb.domain.flag import FLAGGED, first_look
from claimkb.domain.policy import Policy
from claimkb.domain.prediction import OPEN_STATUSES, PredictionStatus
from claimkb.domain.timeliness import timeliness
from claimkb.outbound.delivering import NotSent, Outbox
from claimkb.outbound.scheduler import Scheduler
from claimkb.store import digests, flags
from claimkb.store.engine import records
from tests.builders import IS_LONG, Clock, a_channel, do

HOW_MANY = 2_000
BEGIN = date(2026, 1, 1)
DAYS = 365 if IS_LONG else 14

Key = tuple[UUID, date, str]


class Crash(BaseException):
    """The server is killed."""


@dataclass
class Year:
    """What happens in a year: who is told, and which flags a plain reading of the calendar wants."""

    desk: Desk
    clock: Clock
    random: Random
    wanted: set[Key] = field(default_factory=set)
    days_of_digests: list[date] = field(default_factory=list)
    told: Counter[UUID] = field(default_factory=Counter)
    events: Counter[UUID] = field(default_factory=Counter)
    crash_in: int | None = None
    crashes: int = 0
    all_is_well: bool = False

    @property
    def today(self) -> date:
        return self.desk.today()

    def luck(self, probability: float) -> bool:
        """Throw a die."""
        return not self.all_is_well and self.random.random() < probability

    def count_down(self, *_: Any) -> None:
        """Kill the server before a statement, if it is its turn."""
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in <= 0:
                self.crash_in = None
                self.crashes += 1
                raise Crash

    def tell_digest(self, _delivery: Delivery, channel: Channel) -> Sent | Cancelled:
        """Hand a digest over, or fail to, or crash when it was handed over."""
        with self.desk.database.read() as session:
            digest = digests.of_channel(session, channel.id, self.today, HOW_MANY)
        if not digest.named:
            return Cancelled()
        if self.luck(0.1):
            raise NotSent("The mail server is down.")
        self.days_of_digests.append(self.today)
        if self.luck(0.02):
            raise Crash
        self.told.update(each.prediction.id for level in digest.named.values() for each in level)
        return Sent(digest.until)

    def tell_event(self, delivery: Delivery, _channel: Channel) -> Sent:
        """Tell a program of an event, or fail to, or crash when it was told."""
        if self.luck(0.02):
            raise NotSent("It answered 503.")
        assert delivery.record_id is not None
        self.events[delivery.record_id] += 1
        if self.luck(0.001):
            raise Crash
        return Sent()

    def work(self, scheduler: Scheduler, crash_in: int | None = None) -> None:
        """Let a server look at what is to be done, and note which flags it had to see if its run of the job succeeded."""
        before = runs(self.desk)
        self.crash_in = crash_in
        with suppress(Crash):
            scheduler.look()
        self.crash_in = None
        if runs(self.desk) != before:
            self.wanted |= standing(self.desk, self.today)

    def change(self, id_: UUID) -> None:
        """Do to a prediction what somebody may do to it as it stands."""
        with self.desk.database.read() as session:
            prediction = records.get(session, Prediction, id_)
        about: dict[str, Any] = {"prediction_id": prediction.id, "reason": "r"}
        if prediction.status is PredictionStatus.RESOLVED:
            do(self.desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(**about))
        elif prediction.status is PredictionStatus.WITHDRAWN:
            do(self.desk, predictions.restore_prediction, predictions.RestorePrediction(**about))
        elif self.random.random() < 0.1:
            do(self.desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(**about))
        elif prediction.due_on is None:
            until = self.today + timedelta(days=self.random.randint(1, 90))
            do(self.desk, predictions.snooze_prediction, predictions.SnoozePrediction(**about, until=until))
        elif self.random.random() < 0.5:
            due = {"kind": "EXTENSION", "due_on": prediction.due_on + timedelta(days=self.random.randint(1, 120))}
            do(self.desk, predictions.move_due_date, predictions.MoveDueDate(**about, **due))
        else:
            answer = {"verdict": "NO", "rationale": "r", "no_evidence_reason": "r", "early_reason": "r"}
            do(self.desk, outcomes.resolve_prediction, outcomes.ResolvePrediction(prediction_id=prediction.id, **answer))


def fill(desk: Desk, random: Random) -> None:
    """Record two thousand predictions, dated and not, due before, in and after the year."""
    at = desk.now()
    stamps = {"version": 1, "created_at": at, "updated_at": at}
    said = {"kind": "PREDICTION", "voice": "UNATTRIBUTED", "check_worthiness": "LOW", "is_hedged": False, "statement": "s"}
    asked = {"question": "q", "criteria": "c", "kind": "FORECAST", "checkability": "RESOLVABLE", "status": "OPEN", "seal": "0" * 64}
    first = {"record_type": "Prediction", "version": 1, "action": "a", "before": "{}", "after": "{}", "hash": "0" * 64}
    claims, rows, history = [], [], []
    for _ in range(HOW_MANY):
        claim, day = uuid7(), BEGIN + timedelta(days=random.randint(-60, 420))
        claims.append({"id": claim, **said, **stamps})
        due = {
            "due_on": day,
            "due_from": day,
            "due_precision": "DAY",
            "original_due_on": day,
            "review_on": None,
            "answer_from": None,
        }
        undated = {
            "due_on": None,
            "due_from": None,
            "due_precision": None,
            "original_due_on": None,
            "review_on": day,
            "answer_from": None,
        }
        figure = {**due, **dict.fromkeys(("due_on", "due_from", "original_due_on"), day - timedelta(days=60)), "answer_from": day}
        row: dict[str, Any] = {
            "id": uuid7(),
            "claim_id": claim,
            "waits_for": day,
            **asked,
            **stamps,
            **random.choice([undated, due, figure]),
        }
        history.append({"id": uuid7(), "record_id": row["id"], **first, "recorded_at": at, "recorded_by": "Edith"})
        rows.append({**row, "flag_on": first_look(Prediction(**{**row, "status": PredictionStatus.OPEN}))})
    with desk.database.connection() as connection:
        connection.execute(sa.insert(Claim), claims)
        connection.execute(sa.insert(Prediction), rows)
        connection.execute(sa.insert(Revision), history)


def standing(desk: Desk, today: date) -> set[Key]:
    """Read off the calendar which flags are wanted on a day: by domain/timeliness.py, one prediction after the other."""
    id_, status, due_on, waits_for = (sa.inspect(Prediction).columns[name] for name in ("id", "status", "due_on", "waits_for"))
    with desk.database.read() as session:
        waiting: Any = session.execute(sa.select(id_, status, due_on, waits_for).where(status.in_(OPEN_STATUSES))).all()
    levels = [(each, FLAGGED.get(timeliness(each, today))) for each in waiting]
    return {(each.id, each.waits_for, level.value) for each, level in levels if level is not None}


def runs(desk: Desk) -> Any:
    """Tell when the job last succeeded."""
    with desk.database.read() as session:
        last = flags.last_run(session, JOB)
        return last and last.succeeded_at


@contextmanager
def may_crash(year: Year) -> Iterator[None]:
    """Watch every statement as long as the block runs."""
    for engine in year.desk.database.engines:
        sa.event.listen(engine, "before_cursor_execute", year.count_down)
    yield
    for engine in year.desk.database.engines:
        sa.event.remove(engine, "before_cursor_execute", year.count_down)


def live(year: Year, servers: list[Scheduler]) -> None:
    """Live through the days: people change predictions, servers work, crash, are down for a week, and work at the same time."""
    with year.desk.database.read() as session:
        ids = sorted(session.scalars(sa.select(sa.inspect(Prediction).columns["id"])))
    for day in range(DAYS):
        year.clock.now = datetime.combine(BEGIN + timedelta(days=day), time(year.random.randrange(7, 12)), UTC)
        for id_ in year.random.sample(ids, 2):
            year.change(id_)
        if 20 <= day < 27:
            continue
        if day % 80 == 79:
            year.clock.go(days=-3)
        if day % 20 == 19:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(year.work, servers))
        else:
            crashes = year.crashes
            year.work(year.random.choice(servers), year.random.randint(1, 40) if year.random.random() < 0.5 else None)
            if year.crashes > crashes and year.random.random() < 0.5:
                year.clock.go(hours=year.random.randint(1, 11))
                year.work(year.random.choice(servers))


@pytest.mark.campaign
def test_after_a_year_each_flag_was_made_once_nobody_had_two_digests_a_day_and_nothing_was_forgotten(desk: Desk) -> None:
    clock, random = Clock(datetime.combine(BEGIN, time(), UTC)), Random(20261123)
    timed = replace(desk, clock=clock, policy=Policy(keep_deliveries=timedelta(days=1000)))  # all of them are counted in the end
    fill(timed, random)
    a_channel(timed, "desk@example.org")
    hook = a_channel(timed, "https://x.example/hook", "WEBHOOK")
    year = Year(timed, clock, random)
    outbox = Outbox(timed, {ChannelKind.DIGEST: year.tell_digest, ChannelKind.WEBHOOK: year.tell_event})
    servers = [Scheduler(timed, outbox), Scheduler(timed, outbox)]
    with may_crash(year):
        live(year, servers)
    year.all_is_well = True
    for days_after in (1, 2):
        clock.now = datetime.combine(BEGIN + timedelta(days=DAYS + days_after), time(12), UTC)
        year.work(servers[0])

    assert year.crashes > DAYS // 10
    with desk.database.read() as session:
        found = session.scalars(sa.select(Flag)).all()
        waiting = {each.id: each for each in session.scalars(sa.select(Prediction)) if each.status in OPEN_STATUSES}
        deliveries = session.scalars(sa.select(Delivery)).all()
        announced = session.scalars(sa.select(Announcement)).all()
        stands = {each.id for each in session.scalars(sa.select(Outcome))}
    made = Counter((each.prediction_id, each.due_on, each.level.value) for each in found)
    assert set(made) == year.wanted
    assert set(made.values()) == {1}
    assert len(made) > DAYS * 5
    for flag in found:
        prediction = waiting.get(flag.prediction_id)
        applies = prediction is not None and prediction.waits_for == flag.due_on
        assert (flag.cleared_at is None) == applies

    assert set(Counter(year.days_of_digests).values()) == {1}
    assert len(year.days_of_digests) > DAYS // 3
    in_force = {each.prediction_id for each in found if each.cleared_at is None}
    assert in_force <= set(year.told)
    assert {each.state for each in deliveries} <= {DeliveryState.SENT, DeliveryState.CANCELLED, DeliveryState.PARKED}
    parked = [each for each in deliveries if each.state is DeliveryState.PARKED and each.channel_id == hook.id]
    assert len(parked) < len(deliveries) // 50

    to_hook = {
        state: {each.record_id for each in deliveries if (each.channel_id, each.state) == (hook.id, state)}
        for state in DeliveryState
    }
    told_of = to_hook[DeliveryState.SENT]
    assert told_of <= set(year.events)
    # Who was told just before a crash is told again, unless there is nothing to tell by then, or nobody answers any more.
    assert set(year.events) - told_of <= to_hook[DeliveryState.CANCELLED] | to_hook[DeliveryState.PARKED]
    assert stands <= told_of | {each.record_id for each in parked}
    cancelled = {each.record_id for each in deliveries if each.state is DeliveryState.CANCELLED and each.topic is Topic.FLAG}
    assert {each.id for each in found} <= told_of | cancelled | {each.record_id for each in parked}
    assert {each.record_id for each in announced if each.topic == Topic.FLAG} == {each.id for each in found}
