"""What does an operation cost its caller? The cost measured before, and the extra cost that shows as it is executed."""

from graphql import GraphQLError

from claimkb.domain.quantity import counted
from claimkb.graphql.limits.cost_directives import CHARACTERS, LEAST
from claimkb.graphql.limits.query_cost import NOTHING, SURELY_SHORT, LimitExceeded
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits


def length_of(data: object, most: int) -> int:
    """Count the characters of all texts in a result; stop once they are too many."""
    length, waiting = 0, [data]
    while waiting and length <= most:
        each = waiting.pop()
        if isinstance(each, str):
            length += len(each)
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return length


class CostMeter:
    """The cost of one operation, charged to the token bucket of its caller."""

    rate_key: str
    """The key of the caller's token bucket."""

    def __init__(self, limits: Limits, rates: RateLimits) -> None:
        self.limits, self.rates = limits, rates
        self.size = NOTHING
        """The measured size of the operation."""
        self._characters = 0
        """How many characters of captured texts the operation reads."""
        self._extra = 0
        """The extra cost, charged as the operation is executed."""
        self.warnings: list[str] = []
        """What a person should know of the result: it is sent beside it, as an extension."""

    def exceeded(self) -> LimitExceeded | None:
        """Return the limit that the size of the operation exceeds; None if there is none."""
        size, limits = self.size, self.limits
        for what, requested, maximum in (
            ("depth", size.depth, limits.max_depth),
            ("cost", size.cost, limits.max_cost),
            ("fields", size.fields, limits.max_fields),
        ):
            if requested > maximum:
                return LimitExceeded(what, requested, maximum)
        return None

    def charge(self, cost: int) -> GraphQLError | None:
        """Take a cost from the caller's bucket; return the error if the bucket holds too little."""
        wait = self.rates.take(self.rate_key, cost)
        if wait is None:
            return None
        seconds = int(wait) + 1
        message = f"Too many requests in a short while: this one costs {cost}. Send it again in {counted(seconds, 'second')}."
        return GraphQLError(message, extensions={"code": "RATE_LIMITED", "retryAfter": seconds})

    def charge_for(self, characters: int) -> None:
        """Charge for captured texts before they are read; refuse the operation if its answer would be too long."""
        self._characters += characters
        self._check_characters(self._characters)
        self.spend(characters // CHARACTERS)

    def spend_on_quotes(self, characters: int) -> None:
        """Charge for searching captured texts for quotes."""
        self.spend(characters // CHARACTERS)

    @property
    def cost(self) -> int:
        """The cost of the operation: the measured cost, and the extra cost so far."""
        return max(LEAST, self.size.cost) + self._extra

    def spend(self, cost: int) -> None:
        """Charge an extra cost before the work that causes it, which could not be measured before."""
        self._extra += cost
        if self.cost > self.limits.max_cost:
            raise LimitExceeded("cost", self.cost, self.limits.max_cost).error
        error = self.charge(cost)
        if error is not None:
            raise error

    def refund_extra(self) -> None:
        """Refund the extra cost, because the operation is executed again from the start."""
        self.charge(-self._extra)
        self._extra = self._characters = 0

    def check_length(self, data: object) -> None:
        """Refuse a result whose texts are too long, if it is large enough or has captured texts."""
        if self._characters or self.size.cost > SURELY_SHORT.cost or self.size.fields > SURELY_SHORT.fields:
            self._check_characters(length_of(data, self.limits.max_answer_characters))

    def throttle_status(self) -> dict[str, int]:
        """Return the state of the caller's bucket."""
        tokens = self.rates.left(self.rate_key)
        return {"maximumAvailable": self.rates.capacity, "currentlyAvailable": tokens, "restoreRate": int(self.rates.per_second)}

    def _check_characters(self, characters: int) -> None:
        """Refuse a result with too many characters."""
        most = self.limits.max_answer_characters
        if characters > most:
            raise LimitExceeded("characters of texts", characters, most).error
