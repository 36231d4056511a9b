"""The language of a text is told by its words of function, and not guessed."""

import pytest

from claimkb.domain import languages
from claimkb.domain.languages import detection

TEXTS = {
    "en": "The council has agreed that the bridge will open in spring, and that it is to be paid for by the state.",
    "fr": "Le conseil a décidé que le pont serait ouvert au printemps, et qu'il sera payé par l'État dans les deux ans.",
    "ru": "Совет решил, что мост будет открыт весной, и что за него заплатит государство, а не город, как это было раньше.",
}
OTHERS = {
    "de": "Der Rat hat beschlossen, dass die Brücke im Frühling eröffnet wird und dass der Staat sie bezahlt.",
    "es": "El consejo ha decidido que el puente se abrirá en primavera y que lo pagará el Estado.",
    "it": "Il consiglio ha deciso che il ponte sarà aperto in primavera e che lo Stato non lo pagherà.",
    "kk": "Кеңес бұл көпір туралы және оның ақысы үшін деп шешті, бірақ ол қалаға жақсы емес, дейді бойынша.",
    "nl": "De raad heeft besloten dat de brug in het voorjaar open zal gaan en dat de staat het betaalt.",
    "pt": "O conselho decidiu que a ponte será aberta na primavera e que o Estado não a pagará.",
    "uk": "Рада вирішила, що міст буде відкрито навесні і що за нього заплатить держава, а не місто.",
}
"""Languages of which nothing else is known: their texts are not taken for those of a relative."""


@pytest.mark.parametrize("code", TEXTS)
def test_a_text_is_in_the_language_of_its_words_of_function(code: str) -> None:
    assert detection.detect(TEXTS[code]) == code


@pytest.mark.parametrize("code", OTHERS)
def test_a_text_in_a_language_without_other_tables_is_told_as_such(code: str) -> None:
    assert detection.detect(OTHERS[code]) == code


@pytest.mark.parametrize("text", ["2030 2030 2030 2030 2030 2030", "The end.", "", "Xyzzy plugh frotz gnusto rezrov nitfol."])
def test_what_has_too_few_words_of_any_language_is_not_guessed(text: str) -> None:
    assert detection.detect(text) is None


def test_a_text_in_two_languages_is_not_guessed() -> None:
    assert detection.detect(f"{TEXTS['en']} {TEXTS['fr']}") is None


@pytest.mark.parametrize("code", detection.told())
def test_words_of_function_are_written_as_they_are_compared(code: str) -> None:
    words = languages.table(code, detection.DETECTION)["function_words"]
    assert len(words) == len(set(words)) > 30
    assert all(word == word.casefold() and word.isalpha() for word in words)
