"""How does what is to be sent get sent? Claimed, tried, and tried again later where it is not accepted."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from claimkb.actions import channels
from claimkb.actions.work import Desk
from claimkb.domain import Channel, Delivery
from claimkb.domain.channel import ChannelKind
from claimkb.domain.delivery import DeliveryState, is_given_up, pause
from claimkb.domain.telling import ChannelClosed
from claimkb.identity import OUTBOX
from claimkb.store import deliveries
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")

AT_ONCE = 100
"""How many deliveries a server claims at once."""

CHANNELS_AT_ONCE = 8
"""To how many channels it sends at the same time: one that hangs does not hold up the others."""

LONGEST_PROBLEM = 500


class NotSent(Exception):
    """What was to be sent was not accepted; the message says why. `wait` is for how long the receiver asks to be left alone."""

    def __init__(self, problem: str, wait: timedelta | None = None) -> None:
        super().__init__(problem)
        self.wait = wait or timedelta()


class NeverSent(NotSent):
    """What was to be sent will not be accepted, however often it is tried; the message says why. What comes after it may be."""


class Gone(NeverSent):
    """The receiver is gone for good, and says so."""


Way = Callable[[Delivery, Channel], dict[str, Any]]
"""Sends a delivery and returns what to write down about it; raises NotSent where it was not accepted, NeverSent or Gone."""


@dataclass(frozen=True)
class Outbox:
    """Sends what is to be sent by the ways that there are."""

    desk: Desk
    ways: Mapping[ChannelKind, Way]

    def deliver(self, is_stopped: Callable[[], bool] = lambda: False) -> Counter[DeliveryState]:
        """Make ready what follows from the announcements, and send what is due. Return what became of it."""
        self._plan()
        done: Counter[DeliveryState] = Counter()
        with ThreadPoolExecutor(CHANNELS_AT_ONCE) as pool:
            while not is_stopped() and (claimed := self._claim()):
                by_channel = sorted(claimed, key=lambda pair: (pair[1].id, pair[0].position or 0))
                groups = [list(group) for _, group in groupby(by_channel, key=lambda pair: pair[1].id)]
                for counted in pool.map(self._send, groups):
                    done += counted
        return done

    def _plan(self) -> None:
        """Find out what is to be sent, and what no longer is; forget what was sent long ago."""
        now, today = self.desk.now(), self.desk.today()
        hour = datetime.combine(today, time(self.desk.policy.digest_hour), self.desk.timezone)
        with self.desk.database.write() as session:
            deliveries.recover(session, now)
            deliveries.plan_events(session, now)
            deliveries.plan_digests(session, today, hour, now)
            deliveries.cancel_what_no_longer_applies(session)
            deliveries.forget(session, now - self.desk.policy.keep_deliveries)

    def _claim(self) -> list[tuple[Delivery, Channel]]:
        """Take what is due, so that nobody else sends it."""
        with self.desk.database.write() as session:
            return deliveries.claim(session, self.desk.today(), self.desk.now(), AT_ONCE)

    def _send(self, claimed: list[tuple[Delivery, Channel]]) -> Counter[DeliveryState]:
        """Send to one channel, one after the other, until it does not accept something."""
        done: Counter[DeliveryState] = Counter()
        for place, (delivery, channel) in enumerate(claimed):
            try:
                told = self.ways[channel.kind](delivery, channel)
            except NeverSent as problem:
                log.warning("Never sent to %s: %s", channel.name, problem)
                told = {"state": DeliveryState.PARKED, "sent_at": None, "problem": str(problem)[:LONGEST_PROBLEM]}
                if isinstance(problem, Gone):
                    self._settle(delivery, told)
                    done[DeliveryState.PARKED] += 1
                    done[DeliveryState.CANCELLED] += self._close(channel, problem, claimed[place + 1 :])
                    break
            except Exception as problem:  # whatever a service's plugin raises: it must not hold up the others
                if isinstance(problem, TookTooLong) or (isinstance(problem, DatabaseUnavailable) and problem.is_retryable):
                    raise  # that is not the channel's fault: it is taken up again
                if not isinstance(problem, NotSent | DatabaseUnavailable):
                    log.exception("Sending to %s crashed", channel.name)
                done[self._failed(delivery, channel, problem, claimed[place + 1 :])] += 1
                break
            settled = {"state": DeliveryState.SENT, "sent_at": self.desk.now(), "problem": None, **told}
            self._settle(delivery, settled)
            done[settled["state"]] += 1
        return done

    def _failed(
        self, delivery: Delivery, channel: Channel, problem: Exception, untried: list[tuple[Delivery, Channel]]
    ) -> DeliveryState:
        """Try it again later, or give it up; what else waits for the same channel waits with it."""
        now = self.desk.now()
        asked_for = problem.wait if isinstance(problem, NotSent) else timedelta()
        due_at = now + max(pause(delivery.attempts, self.desk.random(2)), asked_for)
        state = DeliveryState.PARKED if is_given_up(delivery, due_at) else DeliveryState.WAITING
        said = "Sending crashed; the log says why."
        if isinstance(problem, NotSent | DatabaseUnavailable):
            said = (problem.public_message if isinstance(problem, DatabaseUnavailable) else str(problem))[:LONGEST_PROBLEM]
        log.warning("Not sent to %s (%s): %s", channel.name, "given up" if state is DeliveryState.PARKED else "again later", said)
        with self.desk.database.write() as session:
            deliveries.settle(session, delivery, state=state, problem=said, due_at=due_at, day=None)
            for other, _ in untried:
                deliveries.settle(session, other, state=DeliveryState.WAITING, due_at=due_at, attempts=other.attempts - 1)
            deliveries.hold_up(session, channel.id, due_at)
        return state

    def _close(self, channel: Channel, problem: Gone, untried: list[tuple[Delivery, Channel]]) -> int:
        """Close the channel of a receiver that is gone, unless somebody just did, and cancel what was claimed for it."""
        order = channels.CloseChannel(channel_id=channel.id, reason=str(problem))
        with suppress(ChannelClosed), self.desk.work(OUTBOX, alone=True) as work:
            channels.close_channel(work, order)
        for other, _ in untried:
            self._settle(other, {"state": DeliveryState.CANCELLED, "attempts": other.attempts - 1})
        return len(untried)

    def _settle(self, delivery: Delivery, values: dict[str, Any]) -> None:
        """Write down what became of a delivery."""
        with self.desk.database.write() as session:
            deliveries.settle(session, delivery, **values)
