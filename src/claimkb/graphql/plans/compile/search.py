"""How is a search compiled? Its entries become a level, and each kind of record one of its own."""

from collections.abc import Mapping

from graphql import GraphQLField

from claimkb.domain.searching import FOUND_BY, KINDS, SearchEntry, SearchKind, joined
from claimkb.graphql.plans.compile.levels import Builder
from claimkb.graphql.plans.compile.selections import Fields
from claimkb.graphql.plans.run.levels import LevelReader, Shape
from claimkb.graphql.plans.run.search import Place, RootSearch


def search(builder: Builder, fields: Fields, field: GraphQLField) -> RootSearch:
    """Build a search."""
    reader = builder.reader(SearchEntry, id_="record_id")
    reader.level.column(reader.level.table, "kind")
    places: list[Place] = []

    def placed(kinds: Mapping[str, tuple[LevelReader, Shape]]) -> str:
        places.append(Place(kinds))
        return f"g[{len(places) + 1}][r[0]]"

    def node(below: Fields) -> str:
        return placed({kind.name: builder.of_kind(record.__name__, below) for kind, record in KINDS.items()})

    def marked(_below: Fields) -> str:
        said = reader.level.column(reader.level.table, "said")
        return f"g[1].snippet({placed({kind.name: _text(builder, kind) for kind in KINDS})}, r[{said}])"

    shape = builder.connection(reader, fields, field, node, snippet=marked)
    return RootSearch(reader, builder.arguments(fields, field), shape, places, builder.dialect.name == "sqlite")


def _text(builder: Builder, kind: SearchKind) -> tuple[LevelReader, Shape]:
    """Build what reads the text by which a record is found."""
    reader = builder.reader(KINDS[kind])
    columns = [reader.level.column(reader.level.table, name) for name in FOUND_BY[KINDS[kind]][1]]
    return reader, lambda row, _g: joined([row[column] for column in columns])
