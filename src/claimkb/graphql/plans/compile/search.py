"""How is a search compiled? Its entries become a level, and the records of each kind a level of their own."""

from collections.abc import Mapping

from graphql import GraphQLField

from claimkb.domain.searching import FOUND_BY, KINDS, SearchEntry, SearchKind, joined
from claimkb.graphql.plans.compile.levels import Builder
from claimkb.graphql.plans.compile.selections import Fields
from claimkb.graphql.plans.run.levels import LevelReader, Shape
from claimkb.graphql.plans.run.search import ResultLoader, RootSearch


def search(builder: Builder, fields: Fields, field: GraphQLField) -> RootSearch:
    """Compile the search. The run puts the search terms at g[1], and the results of the loaders behind them."""
    reader = builder.reader(SearchEntry, id_="record_id")
    reader.level.column(reader.level.table, "kind")
    loaders: list[ResultLoader] = []

    def loaded(kinds: Mapping[str, tuple[LevelReader, Shape]]) -> str:
        loaders.append(ResultLoader(kinds))
        return f"g[{len(loaders) + 1}][r[0]]"

    def node(below: Fields) -> str:
        return loaded({kind.name: builder.reader_of(record.__name__, below) for kind, record in KINDS.items()})

    def snippet(_below: Fields) -> str:
        column = reader.level.column(reader.level.table, "said")
        return f"g[1].snippet({loaded({kind.name: _text(builder, kind) for kind in KINDS})}, r[{column}])"

    shape = builder.connection(reader, fields, field, node, snippet=snippet)
    return RootSearch(reader, builder.arguments(fields, field), shape, loaders, builder.dialect.name == "sqlite")


def _text(builder: Builder, kind: SearchKind) -> tuple[LevelReader, Shape]:
    """Make the level that reads the searchable text of a record."""
    reader = builder.reader(KINDS[kind])
    columns = [reader.level.column(reader.level.table, name) for name in FOUND_BY[KINDS[kind]][1]]
    return reader, lambda row, _g: joined([row[column] for column in columns])
