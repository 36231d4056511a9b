"""How are deliveries made? Each is claimed, sent, and sent again later if its receiver does not accept it."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from claimkb.actions import channels
from claimkb.actions.work import Desk
from claimkb.domain import Channel, Delivery
from claimkb.domain.channel import ChannelKind
from claimkb.domain.delivery import Cancelled, DeliveryState, Failed, Parked, Result, Sent, Untried, is_given_up, pause
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
    """The receiver has not accepted a delivery; the message says why. `wait` is for how long it asks to be left alone."""

    def __init__(self, problem: str, wait: timedelta | None = None) -> None:
        super().__init__(problem)
        self.wait = wait or timedelta()


class NeverSent(NotSent):
    """The receiver will not accept a delivery, however often it is sent; the message says why. It may accept the next one."""


class Gone(NeverSent):
    """The receiver is gone for good, and says so."""


Way = Callable[[Delivery, Channel], Sent | Cancelled]
"""Sends a delivery; raises NotSent, NeverSent or Gone if the receiver does not accept it."""


@dataclass(frozen=True)
class Outbox:
    """Makes the deliveries that are due, each in the way of its kind of channel."""

    desk: Desk
    ways: Mapping[ChannelKind, Way]

    def deliver(self, is_stopped: Callable[[], bool] = lambda: False) -> Counter[DeliveryState]:
        """Plan deliveries from the announcements, and make those that are due. Return how many ended in each state."""
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
        """Make new deliveries, cancel those that no longer apply, and delete old ones."""
        now, today = self.desk.now(), self.desk.today()
        hour = datetime.combine(today, time(self.desk.policy.digest_hour), self.desk.timezone)
        with self.desk.database.write() as session:
            deliveries.recover(session, now)
            deliveries.plan_events(session, now)
            deliveries.plan_digests(session, today, hour, now)
            deliveries.cancel_what_no_longer_applies(session)
            deliveries.forget(session, now - self.desk.policy.keep_deliveries)

    def _claim(self) -> list[tuple[Delivery, Channel]]:
        """Claim the deliveries that are due, so that no other server makes them."""
        with self.desk.database.write() as session:
            return deliveries.claim(session, self.desk.today(), self.desk.now(), AT_ONCE)

    def _send(self, claimed: list[tuple[Delivery, Channel]]) -> Counter[DeliveryState]:
        """Make the deliveries of one channel, one after the other, until its receiver does not accept one."""
        done: Counter[DeliveryState] = Counter()
        for place, (delivery, channel) in enumerate(claimed):
            result: Result
            try:
                result = self.ways[channel.kind](delivery, channel)
            except NeverSent as problem:
                log.warning("Never sent to %s: %s", channel.name, problem)
                result = Parked(str(problem)[:LONGEST_PROBLEM])
                if isinstance(problem, Gone):
                    self._settle(delivery, result)
                    done[result.state] += 1
                    done[DeliveryState.CANCELLED] += self._close(channel, problem, claimed[place + 1 :])
                    break
            except Exception as problem:  # a plugin of Apprise may raise anything: the other channels are served all the same
                if isinstance(problem, TookTooLong) or (isinstance(problem, DatabaseUnavailable) and problem.is_retryable):
                    raise  # the database failed, not the channel: recover() takes the delivery up again
                if not isinstance(problem, NotSent | DatabaseUnavailable):
                    log.exception("Sending to %s crashed", channel.name)
                done[self._fail(delivery, channel, problem, claimed[place + 1 :])] += 1
                break
            self._settle(delivery, result)
            done[result.state] += 1
        return done

    def _fail(
        self, delivery: Delivery, channel: Channel, problem: Exception, untried: list[tuple[Delivery, Channel]]
    ) -> DeliveryState:
        """Send a delivery again later, or give it up; the other deliveries of its channel wait with it."""
        now = self.desk.now()
        wait = problem.wait if isinstance(problem, NotSent) else timedelta()
        due_at = now + max(pause(delivery.attempts, self.desk.random(2)), wait)
        message = "Sending crashed; the log says why."
        if isinstance(problem, NotSent | DatabaseUnavailable):
            message = (problem.public_message if isinstance(problem, DatabaseUnavailable) else str(problem))[:LONGEST_PROBLEM]
        result = Failed(message, due_at, is_given_up(delivery, due_at))
        log.warning("Not sent to %s (%s): %s", channel.name, "given up" if result.is_given_up else "again later", message)
        with self.desk.database.write() as session:
            deliveries.settle(session, delivery, result, now)
            for other, _ in untried:
                deliveries.settle(session, other, Untried(due_at), now)
            deliveries.hold_up(session, channel.id, due_at)
        return result.state

    def _close(self, channel: Channel, problem: Gone, untried: list[tuple[Delivery, Channel]]) -> int:
        """Close the channel of a receiver that is gone, unless it was just closed, and cancel the deliveries claimed for it."""
        command = channels.CloseChannel(channel_id=channel.id, reason=str(problem))
        with suppress(ChannelClosed), self.desk.work(OUTBOX, alone=True) as work:
            channels.close_channel(work, command)
        for other, _ in untried:
            self._settle(other, Untried(None))
        return len(untried)

    def _settle(self, delivery: Delivery, result: Result) -> None:
        """Write the result of a delivery."""
        with self.desk.database.write() as session:
            deliveries.settle(session, delivery, result, self.desk.now())
