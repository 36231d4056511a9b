"""How does claimkb run a query in its own process, without a server? By the phases of a request, but for transport/."""

import asyncio
from typing import Any

from claimkb.actions.work import Desk
from claimkb.domain.account import Actor
from claimkb.graphql.execution.admission import READS, Admission, NotAdmitted
from claimkb.graphql.execution.in_process_context import context_for
from claimkb.graphql.execution.operation_request import OperationRequest
from claimkb.graphql.schema import executor
from claimkb.graphql.schema.assembly import schema


async def _answer(desk: Desk, actor: Actor, document: str, variables: dict[str, object]) -> dict[str, Any]:
    """Answer a query; raise its first error."""
    context, request = context_for(desk, actor), OperationRequest(document, variables)
    try:
        admission = Admission(schema._schema, context.limits)
        operation = admission.admit(await admission.prepare(document, context), request, context, READS)
        result = await executor.execute(operation, variables, context)
    except NotAdmitted as refused:
        raise refused.errors[0] from None
    finally:
        if desk.database.async_reader is not None:
            await desk.database.async_reader.close()
    for error in result.errors or ():
        raise error.original_error or error
    return dict(result.data or {})


def answer(desk: Desk, actor: Actor, document: str, **variables: object) -> dict[str, Any]:
    """Answer a query on behalf of an actor; raise its first error."""
    return asyncio.run(_answer(desk, actor, document, variables))
