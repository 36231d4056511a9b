"""What is denied before a day does not come before it; what lasts until a day is not turned round."""

from datetime import date

import pytest

from claimkb.domain.date_phrases import Cue, find_dates

SAID = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("language", "text", "due_on"),
    [
        ("en", "The lift won't run before 2035.", date(2034, 12, 31)),
        ("en", "The museum will not let anybody in until June.", date(2027, 5, 31)),
        ("en", "The line is unlikely, he said, to carry trains before March 2031.", date(2031, 2, 28)),
        ("en", "I don't believe that they will ever finish it before 2031.", date(2030, 12, 31)),
        ("en", "No ruling is due before June.", date(2027, 5, 31)),
        ("en", "An opening before 2032 looks unlikely.", date(2031, 12, 31)),
        ("en", "Before 2030, the bridge won't carry cars.", date(2029, 12, 31)),
        ("fr", "Le musée, lui, ne rouvrira pas ses portes avant 2028.", date(2027, 12, 31)),
        ("fr", "Le pont n'est, selon elle, pas encore prêt avant mars 2031.", date(2031, 2, 28)),
        ("fr", "Il est peu probable que le tram roule avant 2030.", date(2029, 12, 31)),
        ("fr", "Aucun verdict n'est attendu avant juin.", date(2027, 5, 31)),
        ("fr", "Une ouverture avant 2032 est improbable.", date(2031, 12, 31)),
        ("ru", "Мост не откроется до 2030 года.", date(2029, 12, 31)),
    ],
)
def test_before_in_what_is_denied_is_not_before(language: str, text: str, due_on: date) -> None:
    (phrase,) = find_dates(text, SAID, language)
    assert (phrase.cue, phrase.readings[0].due_on) == (Cue.NOT_BEFORE, due_on)


@pytest.mark.parametrize(
    ("language", "text", "cue"),
    [
        ("en", "It will be finished before 2030.", Cue.BEFORE),
        ("en", "There is no doubt that it will open before 2030.", Cue.BEFORE),
        ("en", "It is not cheap, but it will open before 2030.", Cue.BEFORE),
        ("en", "The mine, which is not open, will be sold before 2030.", Cue.BEFORE),
        ("en", "If it does not rain the fair opens before June.", Cue.BEFORE),
        ("en", "It will open before 2030 if the money does not run out.", Cue.BEFORE),
        ("en", "They did not rule out a vote before June.", Cue.BEFORE),
        ("en", "No one will pay more than 30 crowns before 2030.", Cue.BEFORE),
        ("en", "We freeze fares until 2028.", Cue.BY),
        ("en", "It will not open. The pool will close before 2030.", Cue.BEFORE),
        ("fr", "Le pont sera fini avant 2030.", Cue.BEFORE),
        ("fr", "Nous ne vendrons aucun stade avant 2030.", Cue.BEFORE),
        ("fr", "Il n'est pas exclu que le pont ouvre avant 2030.", Cue.BEFORE),
        ("ru", "Мост откроют до 2030 года.", Cue.BY),
    ],
)
def test_what_is_not_denied_or_lasts_until_a_day_is_before_it(language: str, text: str, cue: Cue) -> None:
    (phrase,) = find_dates(text, SAID, language)
    assert phrase.cue is cue
