"""What looks for dear requests makes documents that the schema has, the same for a seed, and dearer ones of them."""

import pytest
from graphql import parse, validate

from claimkb.graphql.schema.assembly import schema
from tests.builders import IS_LONG
from tests.prices.kinds import KINDS
from tests.prices.searching import Found, Maker


@pytest.mark.campaign
def test_the_documents_that_are_made_are_valid() -> None:
    maker = Maker(7)
    for _ in range(100 if IS_LONG else 25):
        query = maker.query()
        for _ in range(5):
            assert validate(schema._schema, parse(Found(query, 0, 0, 0).text)) == []
            query = maker.dearer(query)


def test_a_seed_makes_the_same_documents_again() -> None:
    one, other = Maker(3), Maker(3)
    assert [Found(one.query(), 0, 0, 0).text for _ in range(20)] == [Found(other.query(), 0, 0, 0).text for _ in range(20)]


def test_every_kind_gives_one_request_after_another() -> None:
    for name, make in KINDS.items():
        requests = make()
        assert next(requests).method == next(requests).method, name
