"""A text is compared with what is recorded, on the command line."""

import json
from pathlib import Path

import pytest

from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from tests.builders import a_claim
from tests.cli.test_commands import Run, run, run_on_each

__all__ = ["run", "run_on_each"]


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """Write an article."""
    path = tmp_path / "article.txt"
    path.write_text("Good morning. In May, says the minister, the bridge opens.", encoding="utf-8")
    return path


def test_the_sentences_of_a_file_that_are_like_claims_are_told_with_these(run_on_each: Run, desk: Desk, article: Path) -> None:
    claim = a_claim(desk, statement="The bridge opens in May.")
    (found,) = json.loads(run_on_each("similar", str(article), "--language", "en", "--json")[1])
    assert found == {
        "passage": {"exact": "In May, says the minister, the bridge opens.", "start": 14, "end": 58},
        "similar": [
            {
                "claim": {"id": global_id("Claim", claim.id), "uuid": str(claim.id), "statement": "The bridge opens in May."},
                "score": 0.75,
                "why": ["bridge", "may", "opens"],
            }
        ],
    }


def test_people_see_each_sentence_above_its_claims(run: Run, sqlite_desk: Desk, article: Path) -> None:
    claim = a_claim(sqlite_desk, statement="The bridge opens in May.")
    out = run("similar", str(article))[1]
    assert out.startswith("1 sentence")
    assert "14–58" in out
    assert "0.75 The bridge opens in May." in out
    assert str(claim.id) in out


def test_it_is_said_that_nothing_is_alike(run: Run, article: Path) -> None:
    assert run("similar", str(article))[1] == "No sentence is like a recorded claim.\n"


def test_what_is_no_text_is_refused(run: Run, article: Path) -> None:
    article.write_bytes(b"\xff")
    code, _, err = run("similar", str(article))
    assert code == 2
    assert "is not a text in UTF-8." in err
