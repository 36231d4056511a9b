"""How would an operation be answered? Its plan runs once, and tells each statement and its rows; or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, OperationType, validate
from graphql.execution.values import get_variable_values

from claimkb.actions.work import Desk
from claimkb.domain.account import Actor
from claimkb.graphql.guard import chosen
from claimkb.graphql.inside import context_for
from claimkb.graphql.plans.answering import LEFT, LIBRARY
from claimkb.graphql.schema import schema


class NoOperation(Exception):
    """What cannot be answered at all. The message says why."""


@dataclass(frozen=True)
class Ran:
    """A statement of a plan, and how many rows it read."""

    statement: str
    rows: int


@dataclass(frozen=True)
class Explanation:
    """How an operation is answered: by these statements, or by the executor, and why."""

    ran: list[Ran]
    left: str | None = None


def explain(desk: Desk, actor: Actor, text: str, variables: Mapping[str, Any]) -> Explanation:
    """Run the plan of an operation, and tell what it read."""
    context = context_for(desk, actor)
    try:
        document = LIBRARY.find(text, context.limits.max_tokens)
    except (GraphQLError, RecursionError) as error:
        raise NoOperation(str(error)) from None
    operation = chosen(document.document, None)
    errors = validate(schema._schema, document.document)
    if operation is None or errors:
        raise NoOperation(errors[0].message if errors else "The document has no operation, or several.")
    if operation.operation is not OperationType.QUERY:
        return Explanation([], "Only queries are planned.")
    values = get_variable_values(schema._schema, operation.variable_definitions or (), dict(variables))
    if isinstance(values, list):
        raise NoOperation(values[0].message)
    ran: list[Ran] = []
    try:
        plan = document.plan(operation, values, desk.database)
        with desk.database.rows() as rows:

            def noted(statement: str, given: Any) -> list[Any]:
                found = rows(statement, given)
                ran.append(Ran(statement, len(found)))
                return found

            plan.run(context, values, noted)
    except LEFT as left:
        return Explanation(ran, str(left))
    return Explanation(ran)
