"""How is a mutation answered by a plan? Its verbs are performed one after the other; a plan reads the payload of each.

The plan reads in the verb's own transaction. The request remembers each payload (Context.performed): if a later verb falls back
to the executor, the executor takes these payloads, and performs no verb twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from graphql import GraphQLObjectType
from graphql.execution.values import VariableValues

from claimkb.graphql.execution.context import Context
from claimkb.graphql.mapping.declarations import Verb, declaration_of
from claimkb.graphql.plans.cache import PlanCaches
from claimkb.graphql.plans.compile.expressions import NotPlannable, definition_of, object_of
from claimkb.graphql.plans.compile.levels import Builder
from claimkb.graphql.plans.compile.selections import Selections, node_of
from claimkb.graphql.plans.run.arguments import Arguments
from claimkb.graphql.plans.run.plan import Data, Plan
from claimkb.graphql.plans.run.roots import RootValue
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.schema.mutations import carry_out
from claimkb.store.engine.database import Database


@dataclass(frozen=True)
class MutationStep:
    """A verb, its arguments, and the plan of its payload."""

    verb: Verb
    arguments: Arguments
    payload: Plan


@dataclass(frozen=True)
class MutationPlan:
    """The verbs of a mutation by response key, or the text of a `__typename`."""

    steps: Mapping[str, MutationStep | str]

    async def execute(self, context: Context, values: VariableValues) -> Data:
        """Perform the verbs, one after the other."""
        data: Data = {}
        for key, step in self.steps.items():
            if isinstance(step, str):
                data[key] = step
                continue
            context.response_key, read = key, partial(step.payload.read, context, values)
            payload, shown = await carry_out(step.verb, context, step.arguments.read(values)["input"], key, read)
            data |= shown if shown is not None else await context.read(partial(read, root=payload))
        return data


def compile_mutation(selections: Selections, database: Database, caches: PlanCaches) -> MutationPlan:
    """Compile a mutation for an engine."""
    mutation: GraphQLObjectType = schema._schema.mutation_type  # type: ignore[assignment]  # there is one
    builder = Builder(schema, selections, database, caches, of_payload=True)
    steps: dict[str, MutationStep | str] = {}
    for key, fields in selections.root(mutation).items():
        name = node_of(fields).name.value
        if name == "__typename":
            steps[key] = mutation.name
            continue
        field = mutation.fields[name]
        verb = declaration_of(definition_of(field))
        if not isinstance(verb, Verb):
            raise NotPlannable(f"Mutation.{name} is no verb.")
        shape = builder.function("v, g", builder.write_object(object_of(field), fields))
        steps[key] = MutationStep(verb, builder.arguments(fields, field), Plan({key: RootValue(shape)}))
    return MutationPlan(steps)
