"""How are the arguments of a field read in each run? Arguments without variables are coerced once."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql.execution.values import VariableValues

from claimkb.store.engine.paging import Slice

Coerce = Callable[[VariableValues | None], dict[str, Any]]
"""Coerces all arguments of a field, as the executor does."""


class Arguments:
    """The arguments of a field, as its resolver takes them.

    `variables` names the variable of each argument that is nothing but a variable, of a type whose values need no coercion. The
    other arguments are then constant, and coerced once. It is None if the arguments must be coerced in each run.
    """

    def __init__(self, coerce: Coerce, variables: Mapping[str, str] | None) -> None:
        self._coerce, self._variables = coerce, variables
        self.is_constant = variables is not None and not variables
        self._constants: dict[str, Any] | None = coerce(None) if self.is_constant else None

    def read(self, values: VariableValues) -> dict[str, Any]:
        """Read the arguments, given the values of the variables."""
        if self._variables is None:
            return self._coerce(values)
        if self.is_constant:
            return self._constants  # type: ignore[return-value]
        current = {name: values.coerced.get(variable) for name, variable in self._variables.items()}
        if None in current.values():  # null and a missing value differ in GraphQL, so coerce them
            return self._coerce(values)
        if self._constants is None:
            self._constants = {name: value for name, value in self._coerce(values).items() if name not in current}
        return self._constants | current


SLICING = ("first", "after", "last", "before")


class PageArguments:
    """The arguments of a list: all of them, the slice of the list, and the others as text, which is a key for statements."""

    def __init__(self, arguments: Arguments) -> None:
        self._arguments = arguments
        self._constant: tuple[dict[str, Any], Slice, str] | None = None

    def read(self, values: VariableValues, **more: object) -> tuple[dict[str, Any], Slice, str]:
        """Read the arguments and `more` of them; refuse a slice that breaks a rule."""
        if self._constant is not None and not more:
            return self._constant
        arguments = self._arguments.read(values) | more
        page = Slice(**{name: arguments[name] for name in SLICING if name in arguments})
        result = arguments, page, repr({name: value for name, value in arguments.items() if name not in SLICING})
        if self._arguments.is_constant and not more:
            self._constant = result
        return result
