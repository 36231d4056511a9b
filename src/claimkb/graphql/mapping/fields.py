"""How is a field declared that is no column and no edge? Each function gives it a resolver and a declaration."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from typing import Any, NoReturn

import strawberry
from graphql import GraphQLError
from sqlmodel import Session
from strawberry.types.field import StrawberryField

from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.limits.cost_directives import QUESTION, weighing
from claimkb.graphql.mapping.declarations import Batched, Computed, Declaration, Embedded, Question, TextOf, declared


@dataclass(frozen=True)
class RemoteQuestion:
    """A question of a field to a service outside of claimkb, in place of one to the database: only the executor waits for it."""

    ask: Callable[..., Awaitable[object]]
    """Asks; given the key of the row, where the field belongs to one."""

    def __call__(self, *_given: object, **_named: object) -> NoReturn:
        """Refuse to be a question to the database: a plan falls back to the executor."""
        raise GraphQLError("Somebody outside of claimkb is asked.")


_USUAL_COST = (weighing(QUESTION),)
_ROOT = Parameter("root", Parameter.POSITIONAL_OR_KEYWORD, annotation=object)
_INFO = Parameter("info", Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info)


def resolved_by(
    resolve: Callable[..., Any],
    declaration: Declaration | None,
    type_: object,
    description: str,
    directives: Sequence[object] = (),
    arguments: Iterable[Parameter] | None = None,
) -> StrawberryField:
    """Make a field of a resolver and a declaration; `arguments` are in place of those in the resolver's signature."""
    if arguments is not None:
        resolve.__signature__ = Signature([_ROOT, _INFO, *arguments])  # type: ignore[attr-defined]
    metadata = None if declaration is None else declared(declaration)
    field: StrawberryField = strawberry.field(
        resolver=resolve, graphql_type=type_, description=description, metadata=metadata, directives=directives
    )
    return field


def computed(
    *columns: str, description: str, of_text: Callable[[str, str], str] | None = None, directives: Sequence[object] = ()
) -> Any:
    """Declare a field whose resolver reads these columns of its row and no others, so that a plan reads them alone.

    `of_text` computes the same from the name of the type and from the text of the one column.
    """
    declaration = Computed(columns) if of_text is None else TextOf(columns[0], of_text)
    return strawberry.field(description=description, metadata=declared(declaration), directives=directives)


def embedded(column: str, *, description: str) -> Any:
    """Declare a field that shows columns of the same row as a type of their own; null where `column` is null."""
    return strawberry.field(description=description, metadata=declared(Embedded(column)))


def batched(
    type_: object, *, by: str, description: str, directives: Sequence[object] = ()
) -> Callable[[Callable[..., Batch]], StrawberryField]:
    """Declare a field that is read for many rows at once.

    The decorated function takes `info` and the arguments, and returns the function that reads the values of the keys in `by`.
    """

    def decorate(choose: Callable[..., Batch]) -> StrawberryField:
        async def resolve(root: object, info: strawberry.Info, **arguments: object) -> object:
            chosen, key = choose(info, **arguments), getattr(root, by)
            if isinstance(chosen, RemoteQuestion):
                return await chosen.ask(key)
            return await context_of(info).load((choose, repr(arguments)), chosen, key)

        parameters = list(signature(choose).parameters.values())[1:]
        return resolved_by(resolve, Batched(by, choose), type_, description, directives, parameters)

    return decorate


def question(
    type_: object, *, description: str, directives: Sequence[object] = _USUAL_COST
) -> Callable[[Callable[..., Callable[[Session], Any]]], StrawberryField]:
    """Declare a field that is read by a query of its own.

    The decorated function takes the parent, `info` and the arguments, and returns the function that reads from a session.
    """

    def decorate(ask: Callable[..., Callable[[Session], Any]]) -> StrawberryField:
        async def resolve(root: object, info: strawberry.Info, **arguments: object) -> object:
            asked = ask(root, info, **arguments)
            return await (asked.ask() if isinstance(asked, RemoteQuestion) else context_of(info).read(asked))

        parameters = list(signature(ask).parameters.values())[2:]
        return resolved_by(resolve, Question(ask), type_, description, directives, parameters)

    return decorate
