"""How does a record become a GraphQL type? A view names the columns that may be seen, and takes their types and descriptions.

A resolver returns the row itself; nothing is copied field by field.
"""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Optional, TypeVar, dataclass_transform, get_args, get_origin

import strawberry
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from claimkb.domain.record import Record, Term, is_optional, longest, parts
from claimkb.domain.reference import RefersTo
from claimkb.domain.source import WebAddress
from claimkb.domain.target import IsDecimal
from claimkb.graphql.limits.cost_directives import text_cost
from claimkb.graphql.mapping.scalars import DECIMAL, URL

C = TypeVar("C")


def document(of: object) -> str:
    """Return the docstring of a class or function as a description: its paragraphs, each on one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in inspect.cleandoc(of.__doc__ or "").split("\n\n"))


def offer_terms() -> None:
    """Make a GraphQL enum of every vocabulary, with the meaning of each term."""
    for term in Term.__subclasses__():
        if not hasattr(term, "__strawberry_definition__"):
            strawberry.enum(term, description=document(term))
            for value in term.__strawberry_definition__.values:  # type: ignore[attr-defined]
                value.description = term[value.name].description


def scalar_of(field: FieldInfo) -> object:
    """Choose the GraphQL scalar of a field that holds references, an address or a secret; None for any other field."""
    bare, marks = parts(field.annotation)
    is_list = get_origin(bare) is list
    if is_list:
        bare, marks = parts(get_args(bare)[0])
    marks = [*field.metadata, *marks]
    scalar: Any = str if bare is SecretStr else None
    if any(isinstance(mark, RefersTo) for mark in marks):
        scalar = strawberry.ID
    elif any(isinstance(mark, WebAddress) for mark in marks):
        scalar = URL
    elif any(isinstance(mark, IsDecimal) for mark in marks):
        scalar = DECIMAL
    scalar = list[scalar] if scalar and is_list else scalar
    return Optional[scalar] if scalar and is_optional(field) else scalar  # noqa: UP045 - of a variable


def _bare(field: FieldInfo) -> object:
    """Return a field's type without its rules."""
    bare = parts(field.annotation)[0]
    return Optional[bare] if is_optional(field) else bare  # noqa: UP045 - of a variable


def view(
    record: type[Record], *, names: Mapping[str, str] | None = None, name: str | None = None, never_null: Collection[str] = ()
) -> Callable[[type[C]], type[C]]:
    """Make a class the GraphQL type of a record: it shows the columns that are annotated with `strawberry.auto`.

    `names` gives fields another name than the column has. `never_null` names the columns that may be empty, but not where the
    type is shown. Fields with a resolver stay as they are.
    """

    def decorate(cls: type[C]) -> type[C]:
        offer_terms()
        for attribute, annotation in list(cls.__annotations__.items()):
            if annotation is strawberry.auto:
                field = record.model_fields[attribute]
                type_: Any = scalar_of(field) or _bare(field)
                cls.__annotations__[attribute] = get_args(type_)[0] if attribute in never_null else type_
                shown_as = (names or {}).get(attribute)
                weights = text_cost(longest(field))
                setattr(cls, attribute, strawberry.field(name=shown_as, description=field.description, directives=weights))
        cls.is_type_of = classmethod(lambda _cls, row, _info: isinstance(row, record))  # type: ignore[attr-defined]
        description = document(cls) if name else document(record)
        return strawberry.type(cls, name=name, description=description)

    return decorate


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def object_type(*, directives: Sequence[object] = ()) -> Callable[[type[C]], type[C]]:
    """Make a class that shows no record a GraphQL object type, with its docstring as the description."""
    return lambda cls: strawberry.type(cls, description=document(cls), directives=directives)
