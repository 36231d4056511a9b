"""How is one hash made of many leaves, and how is one leaf shown to be among them? By a Merkle tree as RFC 9162 (2.1) has it.

A leaf's hash is SHA-256 of a zero byte and the leaf; a node's is that of a one byte and the two hashes below it. The left subtree
has as many leaves as the greatest power of two that is less than all of them.
"""

import hashlib
from collections.abc import Iterable


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    """Hash a node from the two hashes below it."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree to which leaves are appended. It keeps only the roots of its whole subtrees: twenty for a million leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[tuple[int, bytes]] = []
        """The number of leaves and the root of each whole subtree, the largest first."""

    def append(self, leaf: bytes) -> None:
        """Append a leaf."""
        size, root = 1, leaf_hash(leaf)
        while self._subtrees and self._subtrees[-1][0] == size:
            root = _node_hash(self._subtrees.pop()[1], root)
            size *= 2
        self._subtrees.append((size, root))
        self.size += 1

    def root(self) -> bytes:
        """Return the hash of all leaves; that of nothing where there is none."""
        if not self._subtrees:
            return hashlib.sha256().digest()
        *rest, (_, root) = self._subtrees
        for _, left in reversed(rest):
            root = _node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the hash of leaves in their order."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_path(leaves: Iterable[bytes], index: int, size: int) -> list[bytes]:
    """List the hashes that lead from the leaf at an index to the root of all, the lowest first. The leaves are read once.

    The path is made of the roots of the subtrees beside those that the leaf is in.
    """
    beside = _subtrees_beside(index, size)
    trees = {span: Tree() for span in beside}
    spans = iter(sorted(trees))
    span = next(spans, None)
    for at, leaf in enumerate(leaves):
        while span is not None and at >= span[1]:
            span = next(spans, None)
        if span is not None and span[0] <= at:
            trees[span].append(leaf)
    return [trees[span].root() for span in beside]


def _subtrees_beside(index: int, size: int) -> list[tuple[int, int]]:
    """List the subtrees beside a leaf's own, from where to before which leaf, the lowest first."""
    beside: list[tuple[int, int]] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + (1 << (last - first - 1).bit_length() - 1)
        if index < middle:
            beside.append((middle, last))
            last = middle
        else:
            beside.append((first, middle))
            first = middle
    return beside[::-1]
