"""Trees of hashes: as RFC 9162 defines them, and every leaf is shown to be in its own tree and in no other."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.merkle import Tree, inclusion_path, root_of


def defined(leaves: list[bytes]) -> bytes:
    """Compute the hash of leaves word for word as RFC 9162 (2.1.1) defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:half]) + defined(leaves[half:])).digest()


def proven(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Compute a root from a path word for word as RFC 9162 (2.1.3.2) does."""
    inside, last, root = index, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for each in path:
        assert last != 0
        if inside % 2 or inside == last:
            root = hashlib.sha256(b"\x01" + each + root).digest()
            while inside % 2 == 0 and inside:
                inside, last = inside >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + each).digest()
        inside, last = inside >> 1, last >> 1
    assert last == 0
    return root


def test_the_root_of_no_leaves_and_of_one_is_known() -> None:
    assert Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([b""]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(st.lists(st.binary(max_size=3), max_size=40))
def test_a_root_is_what_the_standard_defines(leaves: list[bytes]) -> None:
    assert root_of(leaves) == defined(leaves)


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=40), st.data())
def test_a_path_leads_from_each_leaf_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = inclusion_path(iter(leaves), index, len(leaves))
    assert proven(leaves[index], index, len(leaves), path) == root_of(leaves)


@pytest.mark.parametrize("change", ["leaf", "index", "path"])
def test_a_path_shows_no_other_leaf(change: str) -> None:
    leaves = [bytes([number]) for number in range(11)]
    path = inclusion_path(leaves, 5, 11)
    leaf, index = (b"x" if change == "leaf" else leaves[5]), (4 if change == "index" else 5)
    if change == "path":
        path[1] = bytes(32)
    assert proven(leaf, index, 11, path) != root_of(leaves)
