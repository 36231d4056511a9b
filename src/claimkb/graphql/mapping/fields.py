"""How does a field that is no column say what it is made of? Each kind of declaration gives a resolver, and what plans go by.

What is declared stays on the field (`metadata`): for whoever compiles reads.
"""

from collections.abc import Callable, Hashable, Iterable
from inspect import Parameter, Signature, signature
from typing import Any

import strawberry
from sqlmodel import Session

from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.limits.cost_directives import QUESTION, weighing

Field = Callable[[Callable[..., Any]], Any]
"""Makes a field of the function below it."""

_AS_USUAL = (weighing(QUESTION),)
_ROOT = Parameter("root", Parameter.POSITIONAL_OR_KEYWORD, annotation=Any)
_INFO = Parameter("info", Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info)


def _with_arguments(resolve: Any, arguments: Iterable[Parameter]) -> Any:
    """Let a resolver have the arguments of the function that it is made from: GraphQL's come from its signature."""
    resolve.__signature__ = Signature([_ROOT, _INFO, *arguments])
    return resolve


def computed(*columns: str, description: str, of_text: Callable[[str, str], str] | None = None, directives: Any = ()) -> Any:
    """Declare a field that is computed from columns of its row, and from no more: so that whoever reads it reads just these.

    `of_text` makes the same of the name of the type and of the one column, written as text.
    """
    said = {"reads": columns} | ({"of_text": of_text} if of_text else {})
    return strawberry.field(description=description, metadata=said, directives=directives)


def embedded(unless_null: str, *, description: str) -> Any:
    """Declare a field that shows columns of the same row as a type of their own; null where a column is."""
    return strawberry.field(description=description, metadata={"embedded": unless_null})


def batched(type_: Any, *, by: str, description: str, directives: Any = ()) -> Field:
    """Declare a field that is read for many rows at once.

    The function below takes `info` and the arguments, and chooses what reads the values for the keys that stand in column `by`.
    """

    def decorate(choose: Callable[..., Batch]) -> Any:
        async def resolve(root: Any, info: strawberry.Info, **given: Hashable) -> Any:
            return await context_of(info).load((choose, *given.items()), choose(info, **given), getattr(root, by))

        return strawberry.field(
            resolver=_with_arguments(resolve, list(signature(choose).parameters.values())[1:]),
            graphql_type=type_,
            description=description,
            metadata={"batch": choose, "by": by},
            directives=directives,
        )

    return decorate


def asked(type_: Any, *, description: str, directives: Any = _AS_USUAL) -> Field:
    """Declare a field that is a question of its own.

    The function below takes what the field stands on, `info` and the arguments, and returns what asks the database.
    """

    def decorate(ask: Callable[..., Callable[[Session], Any]]) -> Any:
        async def resolve(root: Any, info: strawberry.Info, **given: Any) -> Any:
            return await context_of(info).read(ask(root, info, **given))

        return strawberry.field(
            resolver=_with_arguments(resolve, list(signature(ask).parameters.values())[2:]),
            graphql_type=type_,
            description=description,
            metadata={"ask": ask},
            directives=directives,
        )

    return decorate
