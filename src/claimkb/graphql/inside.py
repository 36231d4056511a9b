"""How does claimkb ask itself, where no server runs? As a request does, but for the door: on this machine nobody waits in line."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any

from claimkb.actions.work import Desk
from claimkb.domain.account import Actor
from claimkb.graphql.bus import Bus
from claimkb.graphql.context import Caller, Context
from claimkb.graphql.limits import Limits
from claimkb.graphql.rates import Rates
from claimkb.graphql.schema import schema
from claimkb.graphql.threads import Bulkheads

PATIENT = Limits(statement_seconds=60, request_seconds=60)
"""The usual limits; but who waits at a terminal stops what takes too long by themselves."""


def context_for(desk: Desk, actor: Actor) -> Context:
    """Make what a question carries."""
    rates = Rates(PATIENT.rate_cost, PATIENT.rate_cost_per_second, monotonic)
    return Context(desk, Caller(actor), PATIENT, rates, Bus(desk), Bulkheads(desk.database))


async def _answer(desk: Desk, actor: Actor, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out an operation; raise what went wrong first."""
    result = await schema.execute(document, variable_values=dict(variables), context_value=context_for(desk, actor))
    for error in result.errors or ():
        raise error.original_error or error
    return dict(result.data or {})


def answer(desk: Desk, actor: Actor, document: str, **variables: Any) -> dict[str, Any]:
    """Answer an operation on behalf of somebody; raise what an answer of the API would tell as an error."""
    return asyncio.run(_answer(desk, actor, document, variables))
