"""How does a command or a filter become a GraphQL input? With its own types and descriptions; pydantic validates it as a whole.

An InputValidationError reaches the resolver as a value, not as an exception, so that a mutation can answer with user errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional, TypeVar

import strawberry
from pydantic import BaseModel
from strawberry.annotation import StrawberryAnnotation
from strawberry.pydantic.conversion import build_pydantic_model
from strawberry.pydantic.error import InputValidationError
from strawberry.types.arguments import InputContext
from strawberry.types.field import StrawberryField

from claimkb.actions.work import camel
from claimkb.domain.record import Command, parts
from claimkb.graphql.mapping.views import document, offer_terms, scalar_of

T = TypeVar("T")

MUTATION_ID = "An id of your own for this mutation, given back in the answer."


def _build(model: type[BaseModel], value: Mapping[str, Any], context: InputContext) -> BaseModel | InputValidationError:
    """Build a model, or return the error."""
    try:
        return build_pydantic_model(model, value, context)
    except InputValidationError as error:
        return error


def _nested(model: type[BaseModel]) -> list[type[BaseModel]]:
    """List the models that a model's fields hold."""
    models = []
    for field in model.model_fields.values():
        bare = parts(field.annotation)[0]
        bare = parts(bare.__args__[0])[0] if getattr(bare, "__origin__", None) is list else bare
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            models.append(bare)
    return models


def offer(model: type[BaseModel], name: str) -> type[BaseModel]:
    """Make a model a GraphQL input with this name, and the models inside it too."""
    if "__strawberry_definition__" in vars(model):
        return model
    offer_terms()
    for nested in _nested(model):
        offer(nested, INPUT_NAMES.get(nested.__name__, nested.__name__))
    strawberry.pydantic.input(model, name=name, description=document(model))
    definition: Any = model.__strawberry_definition__  # type: ignore[attr-defined]
    definition.from_input = _build
    for field in definition.fields:
        field.graphql_name = camel(field.python_name)
        scalar = scalar_of(model.model_fields[field.python_name])
        if scalar is not None:
            field.type_annotation = StrawberryAnnotation(scalar)
    return model


def valid(argument: T | Exception) -> T:
    """Return a filter or an order; raise the error of one that breaks a rule."""
    if isinstance(argument, Exception):
        raise argument
    return argument


INPUT_NAMES = {
    "RecordClaimant": "RecordClaimantInput",
    "RecordSource": "RecordSourceInput",
    "CaptureSnapshot": "SnapshotInput",
    "GiveEvidence": "EvidenceInput",
    "Quote": "QuoteInput",
    "Place": "AppearanceInput",
    "Target": "TargetInput",
    "Translation": "TranslationInput",
}
"""The names of the inputs inside inputs."""


@dataclass(frozen=True)
class MutationInput:
    """The input of a mutation: the command, or the error in it, and the client's own id."""

    command: Command | InputValidationError
    client_mutation_id: str | None


def _build_mutation_input(model: type[BaseModel], value: Mapping[str, Any], context: InputContext) -> MutationInput:
    """Build the input of a mutation."""
    own = {name: each for name, each in value.items() if name != "clientMutationId"}
    command: Any = _build(model, own, context)
    return MutationInput(command, value.get("clientMutationId"))


def with_mutation_id(command: type[Command]) -> type[Command]:
    """Make a command the input of its mutation, with a clientMutationId beside its own fields."""
    offer(command, f"{command.__name__}Input")
    definition: Any = command.__strawberry_definition__  # type: ignore[attr-defined]
    annotation = StrawberryAnnotation(Optional[str])  # noqa: UP045 - read at run time
    extra = StrawberryField(python_name="client_mutation_id", type_annotation=annotation, default=None, description=MUTATION_ID)
    definition.fields.append(extra)
    definition.from_input = _build_mutation_input
    return command
