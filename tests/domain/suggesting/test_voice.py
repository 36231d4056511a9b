"""Who speaks a text that one person speaks, and whom words without a name mean."""

import pytest

from claimkb.domain.suggesting import Speaker
from tests.domain.suggesting.reading import claimants, read, the_one

SPEECH = """Friends, we have waited for long. Critics told us that it would cost too much.
We will plant a wood in Marl by 2030. I will not raise the rent. The old mill is going to reopen next year."""
INTERVIEW = """Q: Critics say the school will shut.
A: It won't. We plan to hire two teachers by June. I will stay, and we know our work."""
FRENCH = """Mes amis, nous avons attendu. Nous planterons un bois d'ici 2030. Je ne vendrai pas le moulin."""


@pytest.mark.parametrize(
    ("text", "title", "language", "name"),
    [
        (SPEECH, "Mayor Ann Poe: speech to the fair", "en", "Ann Poe"),
        (INTERVIEW, "Five questions to Ann Poe", "en", "Ann Poe"),
        (f"Why I doubt it\nOpinion · by Ann Poe\n{SPEECH}", "Why I doubt it", "en", "Ann Poe"),
        (FRENCH, "Discours de Anne Roche", "fr", "Anne Roche"),
    ],
)
def test_a_text_of_one_speaker_is_the_speakers(text: str, title: str, language: str, name: str) -> None:
    assert {each.claimant for each in read(text, language, title) if each.why[0] != '"would": told of the future'} >= {
        Speaker(name, is_guess=True)
    }
    assert [each.claimant for each in read(text, language, title)][-1] == Speaker(name, is_guess=True)


def test_a_report_with_a_name_in_its_title_is_not_one_speakers() -> None:
    (found,) = read("Corvex said it will close.", title="Mayor Ann Poe: port to close")
    assert found.claimant == Speaker("Corvex", is_guess=False)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("The line will open, Energy Minister of Marland Ann Poe said. According to her, fares will fall.", "Ann Poe?"),
        ("The line will open, Energy Minister of Marland Ann Poe said. Fares will fall, the minister noted.", "Ann Poe?"),
        ("Corvex said it will close. “We will pay,” a spokesman for the company says.", "Corvex?"),
        ("Corvex said it grew. The company plans to build a mill. Work will begin in May.", "Corvex?"),
        ("Senator Ann Poe called for calm and said taxes will fall.", "Ann Poe"),
        ("Rain will come, our editor Ann Poe writes.", "Ann Poe"),
    ],
)
def test_whom_words_without_a_name_mean(text: str, who: str) -> None:
    assert claimants(text)[-1] == who


def test_pour_and_an_office_name_who_says_it() -> None:
    assert the_one("Pour l'analyste Anne Roche, les ventes vont baisser.", "fr").claimant == Speaker("Anne Roche", is_guess=False)
