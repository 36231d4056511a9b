"""What is a request charged? What its operation asks for, measured beforehand, and what turns out as it is carried out."""

from typing import Any

from graphql import GraphQLError

from claimkb.domain.quantity import counted
from claimkb.graphql.limits.cost_directives import CHARACTERS, LEAST
from claimkb.graphql.limits.query_cost import NOTHING, SURELY_SHORT, LimitExceeded
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits


def length_of(data: Any, most: int) -> int:
    """Count the characters of the texts in an answer, at the latest until they are too many."""
    found, waiting = 0, [data]
    while waiting and found <= most:
        each = waiting.pop()
        if isinstance(each, str):
            found += len(each)
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return found


class CostMeter:
    """What is charged to whoever sends a request, and what they may still ask for."""

    rate_key: str
    """Whose rate it counts on."""

    def __init__(self, limits: Limits, rates: RateLimits) -> None:
        self.limits, self.rates = limits, rates
        self.size = NOTHING
        """What the operation asks for that is being answered."""
        self._characters = 0
        """How many characters of captured texts were read for it."""
        self._extra = 0
        """What was charged for it as it was carried out."""

    def charge(self, cost: int) -> GraphQLError | None:
        """Take a cost from what the caller may ask for; return the error where there is not enough."""
        wait = self.rates.take(self.rate_key, cost)
        if wait is None:
            return None
        seconds = int(wait) + 1
        message = f"Too many requests in a short while: this one costs {cost}. Send it again in {counted(seconds, 'second')}."
        return GraphQLError(message, extensions={"code": "RATE_LIMITED", "retryAfter": seconds})

    def charge_for(self, characters: int) -> None:
        """Charge for captured texts before they are read; refuse what comes to a longer answer than there may be."""
        self._characters += characters
        self._check_characters(self._characters)
        self.spend(characters // CHARACTERS)

    def spend_on_quotes(self, characters: int) -> None:
        """Charge for looking through captured texts."""
        self.spend(characters // CHARACTERS)

    @property
    def cost(self) -> int:
        """What the operation costs: as far as it is known beforehand, and what came to it since."""
        return max(LEAST, self.size.cost) + self._extra

    def spend(self, cost: int) -> None:
        """Charge for what is about to be done, and was not known when the operation was measured."""
        self._extra += cost
        if self.cost > self.limits.max_cost:
            raise LimitExceeded("cost", self.cost, self.limits.max_cost).error
        error = self.charge(cost)
        if error is not None:
            raise error

    def refund_extra(self) -> None:
        """Give back what was charged as it was carried out: that begins anew."""
        self.charge(-self._extra)
        self._extra = self._characters = 0

    def give_back(self) -> None:
        """Give back all that was charged: the operation begins anew."""
        self.charge(-self.cost)
        self._extra = self._characters = 0

    def check_length(self, data: Any) -> None:
        """Refuse an answer that is too long to be written, where captured texts or many values may be in it."""
        if self._characters or self.size.cost > SURELY_SHORT.cost or self.size.fields > SURELY_SHORT.fields:
            self._check_characters(length_of(data, self.limits.max_answer_characters))

    def _check_characters(self, found: int) -> None:
        """Refuse an answer with too many characters."""
        most = self.limits.max_answer_characters
        if found > most:
            raise LimitExceeded("characters of texts", found, most).error

    def throttle_status(self) -> dict[str, int]:
        """Say what the caller may still ask for."""
        left = self.rates.left(self.rate_key)
        return {"maximumAvailable": self.rates.capacity, "currentlyAvailable": left, "restoreRate": int(self.rates.per_second)}
