"""What does an answer begin with? Lists, records by their ids, and values that are no records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from claimkb.domain.permissions import Permission
from claimkb.graphql.plans.run.children import ConnectionShape
from claimkb.graphql.plans.run.levels import Cursor, LevelReader, PageArguments, Run, Shape
from claimkb.store.engine import paging
from claimkb.store.engine.paging import OrderBy, Slice
from claimkb.store.engine.steps import Steps


@dataclass(frozen=True)
class RootList:
    """A list of the query itself."""

    reader: LevelReader
    arguments: PageArguments
    ask: Callable[[date, dict[str, Any], bool], tuple[sa.Select[Any], OrderBy]]
    """Asks for the rows of a day, by the arguments, and whether the private ones are among them."""
    shape: ConnectionShape
    needs: Permission = Permission.READ

    def answer(self, run: Run, **more: Any) -> Steps[Any]:
        """Read the page."""
        actor, today = run.context.actor, run.context.today
        actor.need(self.needs)
        given, wanted, said = self.arguments.of(run, **more)
        ask = partial(self.ask, today, given, actor.sees_all)
        about = (today, said, actor.sees_all)
        if not (self.shape.counts or self.shape.pages):
            ask()  # a filter that breaks a rule is refused, also where @skip leaves nothing of the list
        total, rows = 0, []
        cursor: Cursor = str
        if self.shape.counts:
            counted = self.reader.written(run, ("counted", *about), lambda: (paging.count_statement(ask()[0]), None))
            total = (yield counted.asked())[0][0]
        if self.shape.pages:
            page = self.reader.written(run, (*wanted.form, *about), lambda: self._page(ask, wanted))
            rows, cursor = (yield page.asked(**wanted.bind_values(page.order))), page.cursor  # type: ignore[arg-type]
        part = paging.cut(rows, wanted)
        return self.shape.shape(*part, total, (yield from self.reader.below(run, part[0])), cursor)

    def _page(self, ask: Callable[[], tuple[sa.Select[Any], OrderBy]], wanted: Slice) -> tuple[sa.Select[Any], OrderBy]:
        """Write the question for the page."""
        select, order = ask()
        return self.reader.level.page(select, order, wanted), order


@dataclass(frozen=True)
class RootRecords:
    """Records that the query names by their ids: None in the place of each that is not there, or is not to be seen."""

    keys: Callable[[Run], Sequence[tuple[str, UUID] | None]]
    of_kind: Callable[[str], tuple[LevelReader, Shape, Callable[[Any, Run], bool]]]
    alone: bool

    def answer(self, run: Run) -> Steps[Any]:
        """Read the records."""
        keys = self.keys(run)
        found: dict[tuple[str, UUID], Any] = {}
        for kind in {where[0]: None for where in keys if where is not None}:
            reader, shape, is_shown = self.of_kind(kind)
            ids = [where[1] for where in keys if where is not None and where[0] == kind]
            read = yield from reader.by_ids(run, ids)
            rows = {id_: row for id_, row in read.items() if is_shown(row, run)}
            g = yield from reader.below(run, list(rows.values()))
            found |= {(kind, id_): shape(row, g) for id_, row in rows.items()}
        records = [None if where is None else found.get(where) for where in keys]
        return records[0] if self.alone else records


@dataclass(frozen=True)
class RootValue:
    """What is no record: the value of a resolver, or of a question of its own."""

    shape: Shape

    def answer(self, run: Run) -> Steps[Any]:
        """Make it."""
        yield from ()  # it takes no step: what it reads, it asks by itself
        return self.shape(run.root, [run])


class QueryPerKey:
    """A question of its own for each key: the key is one of its arguments."""

    def __init__(self, question: RootList, argument: str) -> None:
        self._question, self._argument = question, argument

    def of(self, run: Run, keys: list[Any]) -> Steps[Mapping[Any, Any]]:
        """Read what belongs to each key."""
        found: dict[Any, Any] = {}
        for key in keys:
            found[key] = yield from self._question.answer(run, **{self._argument: key})
        return found
