"""How is a mutation answered by a plan? Its verbs are carried out one after the other, and what each gave is read as a plan reads.

It is read in the verb's own transaction. What was carried out before stays with the request: should a later verb be left to the
executor, it goes on from there, and does nothing twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql.execution.values import VariableValues

from claimkb.graphql.execution.context import Context
from claimkb.graphql.plans.compile.expressions import object_of, said_of
from claimkb.graphql.plans.compile.levels import Builder
from claimkb.graphql.plans.compile.operation import Plan
from claimkb.graphql.plans.compile.selections import Selections, node_of
from claimkb.graphql.plans.run.levels import Arguments
from claimkb.graphql.plans.run.roots import RootValue
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.schema.mutations import Verb, carry_out
from claimkb.store.engine.database import Database


@dataclass(frozen=True)
class MutationStep:
    """A verb, its input, and what reads its payload."""

    verb: Verb
    arguments: Arguments
    payload: Plan


@dataclass(frozen=True)
class MutationPlan:
    """What a mutation does, by the keys of its answer."""

    deeds: Mapping[str, MutationStep | str]

    async def answer(self, context: Context, values: VariableValues) -> dict[str, Any]:
        """Do all of it, one after the other."""
        data: dict[str, Any] = {}
        for key, each in self.deeds.items():
            if isinstance(each, str):
                data[key] = each
                continue
            context.at, given = key, each.arguments.given(values)["input"]
            answer, shown = await carry_out(each.verb, context, given, key, partial(each.payload.read, context, values))
            data |= shown if shown is not None else await context.read(partial(each.payload.read, context, values, root=answer))
        return data


def planned(selections: Selections, database: Database) -> MutationPlan:
    """Compile a mutation for an engine."""
    mutation: Any = schema._schema.mutation_type
    builder = Builder(schema, selections, database, of_what_was_done=True)
    deeds: dict[str, MutationStep | str] = {}
    for key, fields in selections.root(mutation).items():
        name = node_of(fields).name.value
        if name == "__typename":
            deeds[key] = str(mutation.name)
            continue
        field = mutation.fields[name]
        shape = builder.function("v, g", builder.parts(object_of(field), fields))
        deeds[key] = MutationStep(said_of(field)["verb"], builder.arguments(fields, field), Plan({key: RootValue(shape)}))
    return MutationPlan(deeds)
