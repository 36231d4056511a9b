"""How does claimkb ask itself, where no server runs? As a request does, but for the door: on this machine nobody waits in line."""

import asyncio
from collections.abc import Mapping
from typing import Any

from claimkb.actions.work import Desk
from claimkb.domain.account import Actor
from claimkb.graphql.execution.in_process_context import context_for
from claimkb.graphql.schema.assembly import schema


async def _answer(desk: Desk, actor: Actor, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out an operation; raise what went wrong first."""
    result = await schema.execute(document, variable_values=dict(variables), context_value=context_for(desk, actor))
    for error in result.errors or ():
        raise error.original_error or error
    return dict(result.data or {})


def answer(desk: Desk, actor: Actor, document: str, **variables: Any) -> dict[str, Any]:
    """Answer an operation on behalf of somebody; raise what an answer of the API would tell as an error."""
    return asyncio.run(_answer(desk, actor, document, variables))
