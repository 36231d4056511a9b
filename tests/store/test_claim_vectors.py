"""Vectors of claims: made in the background, forgotten with erased words, and asked for what is close in meaning."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import claims, erasing
from claimkb.actions.work import Desk
from claimkb.domain import Claim, ClaimVector
from claimkb.domain.account import Actor
from claimkb.domain.claim_vector import SIZE, Vectors
from claimkb.domain.permissions import Role
from claimkb.store import claim_vectors, search
from claimkb.store.claim_vectors import Progress, SemanticSearch
from tests.builders import Clock, a_claim, do

numpy = pytest.importorskip("numpy", reason="the extra crosslingual is not installed")


class ByLetters:
    """An encoder for which texts are close that have the same letters."""

    model = "letters"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> list[bytes]:
        """Count the letters of each text."""
        self.encoded += texts
        return [bytes(1 + min(text.lower().count(chr(97 + place % 26)), 9) * 9 for place in range(SIZE)) for text in texts]


@pytest.fixture
def meaning() -> SemanticSearch:
    """Give claims by their letters."""
    return SemanticSearch(ByLetters())


def make_all(desk: Desk, meaning: SemanticSearch) -> int:
    """Make all vectors that are to be made."""
    done = 0
    while made := claim_vectors.make_some(desk.database, meaning.encoder, desk.now):
        done += made
    return done


def alike(
    desk: Desk, meaning: SemanticSearch, statement: str, most: int = 10, claim: Claim | None = None
) -> list[tuple[str, list[str]]]:
    """List the statements that are like one, each with the reason."""
    with desk.database.read() as session:
        found = meaning.similar(session, statement, claim.id if claim else None, most)
    return [(each.claim.statement, each.why) for each in found]


def left(desk: Desk, meaning: SemanticSearch) -> Progress:
    """Tell how many vectors are to be made."""
    with desk.database.read() as session:
        return claim_vectors.progress(session, meaning.encoder.model)


CLOSE = "close in meaning (letters)"


def test_each_claim_gets_a_vector_once_and_again_when_it_changes(desk: Desk, meaning: SemanticSearch) -> None:
    made = [a_claim(desk, statement=f"Claim {number} of many.") for number in range(claim_vectors.AT_ONCE + 2)]
    assert left(desk, meaning) == Progress(34, 34)
    assert claim_vectors.make_some(desk.database, meaning.encoder, desk.now) == 32
    assert left(desk, meaning) == Progress(2, 34)
    assert make_all(desk, meaning) == 2
    assert make_all(desk, meaning) == 0
    do(
        desk,
        claims.update_claim,
        claims.UpdateClaim(claim_id=made[0].id, expected_version=1, reason="Better.", statement="Changed."),
    )
    assert left(desk, meaning) == Progress(1, 34)
    assert make_all(desk, meaning) == 1
    assert meaning.encoder.encoded[-1] == "Changed."  # type: ignore[attr-defined]


def test_a_claim_that_changes_while_it_is_encoded_is_encoded_again(desk: Desk, meaning: SemanticSearch) -> None:
    claim = a_claim(desk, statement="Before.")

    class Meanwhile(ByLetters):
        def encode(self, texts: Sequence[str]) -> list[bytes]:
            if texts == ["Before."]:
                do(
                    desk,
                    claims.update_claim,
                    claims.UpdateClaim(claim_id=claim.id, expected_version=1, reason="Better.", statement="Since."),
                )
            return super().encode(texts)

    encoder = Meanwhile()
    assert claim_vectors.make_some(desk.database, encoder, desk.now) == 1
    assert left(desk, meaning) == Progress(1, 1)
    assert claim_vectors.make_some(desk.database, encoder, desk.now) == 1
    assert left(desk, meaning) == Progress(0, 1)


def test_shared_words_come_first_then_what_is_close_then_a_word_or_two(desk: Desk, meaning: SemanticSearch) -> None:
    for statement in ("The bridge opens in May.", "A stone bridge", "Listen to it", "Zzz qqq xxx jjj."):
        a_claim(desk, statement=statement)
    make_all(desk, meaning)
    found = alike(desk, meaning, "In May the bridge opens")
    assert found[0][0] == "The bridge opens in May."
    assert found[0][1] == ["bridge", "may", "opens"]
    assert dict(found)["Listen to it"] == [CLOSE]
    assert dict(found)["A stone bridge"] == ["bridge", CLOSE]
    assert [statement for statement, _ in alike(desk, meaning, "Silent to it", 1)] == ["Listen to it"]


def test_what_differs_in_numbers_or_is_negated_comes_after_what_agrees(desk: Desk, meaning: SemanticSearch) -> None:
    for statement in ("silent 7", "tinsel not 5", "enlist 5"):
        a_claim(desk, statement=statement)
    make_all(desk, meaning)
    assert alike(desk, meaning, "listen: 5")[:3] == [
        ("enlist 5", ["5", CLOSE]),
        ("silent 7", [CLOSE, "numbers differ: 5 / 7"]),
        ("tinsel not 5", ["5", CLOSE, "one is negated"]),
    ]


def test_what_was_made_since_is_found_and_what_is_retracted_is_not(timed: Desk, clock: Clock, meaning: SemanticSearch) -> None:
    first = a_claim(timed, statement="silent")
    make_all(timed, meaning)
    assert alike(timed, meaning, "listen") == [("silent", [CLOSE])]
    clock.go(hours=1)
    a_claim(timed, statement="enlist")
    make_all(timed, meaning)
    assert {statement for statement, _ in alike(timed, meaning, "listen")} == {"silent", "enlist"}
    do(timed, claims.retract_claim, claims.RetractClaim(claim_id=first.id, reason="Misread."))
    assert alike(timed, meaning, "listen") == [("enlist", [CLOSE])]
    assert alike(timed, meaning, "silent", claim=first) == [("enlist", [CLOSE])]


def test_vectors_tell_the_closest_of_many_and_of_those_as_close_the_first_by_id() -> None:
    rows = numpy.random.default_rng(1).integers(-127, 128, (20_000, SIZE)).astype("int8")
    rows[70] = rows[19_000]
    ids = [UUID(int=number) for number in range(len(rows))]
    vectors = Vectors()
    vectors.put({id_: row.tobytes() for id_, row in zip(ids[:9_000], rows, strict=False)})
    vectors.put({id_: row.tobytes() for id_, row in zip(ids[8_000:], rows[8_000:], strict=True)})
    assert len(vectors) == 20_000
    assert vectors.closest(rows[19_000].tobytes(), 2) == [ids[70], ids[19_000]]
    exact = rows.astype("float64") @ rows[5].astype("float64") / numpy.linalg.norm(rows.astype("float64"), axis=1)
    assert vectors.closest(rows[5].tobytes(), 10)[0] == ids[int(exact.argmax())] == ids[5]
    assert len(vectors.closest(rows[5].tobytes(), 30_000)) == 20_000


def test_erased_words_take_their_vector_with_them(desk: Desk, meaning: SemanticSearch) -> None:
    gone, stays = (a_claim(desk, statement=statement) for statement in ("Jane Doe is silent.", "Nobody is silent."))
    make_all(desk, meaning)
    do(desk, erasing.erase_text, erasing.EraseText(text="Jane Doe", reason="Her right."), Actor("Root", Role.ADMIN))
    with desk.database.read() as session:
        kept: list[Any] = list(session.scalars(sa.select(col(ClaimVector.claim_id))))
    assert kept == [stays.id]
    assert left(desk, meaning) == Progress(1, 2)
    assert gone.id not in kept


def test_without_an_encoder_nothing_is_compared_by_meaning(desk: Desk) -> None:
    assert desk.semantic_search is None
    a_claim(desk, statement="silent")
    with desk.database.read() as session:
        assert search.similar(session, "listen", None, 5) == []
