"""Which context has an operation in this process, without a server? One with longer time limits, and all resources to itself."""

from time import monotonic

from claimkb.actions.work import Desk
from claimkb.domain.account import Actor
from claimkb.graphql.execution.change_feed import ChangeFeed
from claimkb.graphql.execution.context import Caller, Context
from claimkb.graphql.execution.threads import Bulkheads
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits

PATIENT = Limits(statement_seconds=60, request_seconds=60)
"""The default limits with more time: a person at a terminal can stop an operation that takes too long."""


def context_for(desk: Desk, actor: Actor) -> Context:
    """Make the context of an operation that an actor runs in this process."""
    rates = RateLimits(PATIENT.rate_cost, PATIENT.rate_cost_per_second, monotonic)
    return Context(desk, Caller(actor), PATIENT, rates, ChangeFeed(desk), Bulkheads(desk.database))
