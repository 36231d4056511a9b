"""How does a plan run? It yields statements, and a driver for the engine runs them and sends the rows back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import inf
from time import monotonic
from typing import Any

from graphql.execution.values import VariableValues
from sqlmodel import Session

from claimkb.graphql.execution.context import Context
from claimkb.graphql.limits.cost_directives import BRIEF
from claimkb.graphql.plans.run.levels import NotCompiled, Root, Run
from claimkb.store.engine.outages import DatabaseBusy, DatabaseLocked, TookTooLong
from claimkb.store.engine.steps import NeedsSession, Reader, Steps, drive, reader_on, refuse_session

Data = dict[str, Any]
"""The value of `data` in a response."""

AGAIN_SECONDS = 60.0
"""How long a plan that took too much time on the event loop runs in threads, until it is tried there again."""


@dataclass
class Plan:
    """The plan of a query, or of a payload: its root fields by response key, or the text of a `__typename`."""

    roots: Mapping[str, Root | str]
    inline_after: float = 0.0
    """The instant of the monotonic clock from which it may run on the event loop; never, if it needs a session."""

    async def execute(self, context: Context, values: VariableValues) -> Data:
        """Run the plan on the event loop if it is brief, else in a thread."""
        async_reader = context.desk.database.async_reader
        is_brief = context.size.cost <= BRIEF and self.inline_after <= monotonic()
        try:
            if is_brief and async_reader is not None:
                return await context.take(async_reader, self.steps(Run(context, values, refuse_session)))
            if is_brief:
                return context.read_inline(partial(self.run, context, values, is_inline=True))
        except NeedsSession:
            self.inline_after = inf
        except TookTooLong:
            if async_reader is not None:
                raise
            self.inline_after = monotonic() + AGAIN_SECONDS
        except (NotCompiled, DatabaseBusy, DatabaseLocked):  # a thread may compile, and wait
            pass
        context.refund_extra()
        return await context.run(partial(self.run, context, values))

    def read(self, context: Context, values: VariableValues, session: Session, root: object) -> Data:
        """Run the plan in the transaction of a session."""
        return self.run(context, values, reader_on(session), root=root)

    def run(
        self, context: Context, values: VariableValues, reader: Reader, *, root: object = None, is_inline: bool = False
    ) -> Data:
        """Run the plan in one transaction."""
        return drive(self.steps(Run(context, values, reader.ask, root, is_inline)), reader.rows)

    def steps(self, run: Run) -> Steps[Data]:
        """Yield one statement after the other; return the data."""
        data: Data = {}
        for key, root in self.roots.items():
            run.context.response_key = key
            data[key] = root if isinstance(root, str) else (yield from root.read(run))
        yield from run.read_deferred()
        run.context.check_length(data)
        return data
