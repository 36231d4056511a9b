"""Reads texts of the tests: all were said on Friday, 27 November 2026."""

from datetime import date

from claimkb.domain.suggesting import Suggested, suggestions

SAID = date(2026, 11, 27)


def read(text: str, language: str = "en", title: str | None = None) -> list[Suggested]:
    return suggestions(text, SAID, language, title, {"en": "GB", "fr": "FR", "ru": "RU"}[language])


def the_one(text: str, language: str = "en") -> Suggested:
    found = read(text, language)
    assert len(found) == 1, [each.statement.exact for each in found]
    return found[0]


def due_on(suggested: Suggested) -> str | None:
    day = suggested.due and suggested.due.readings[0].due_on
    return day.isoformat() if day else None


def statements(text: str, language: str = "en") -> list[str]:
    return [each.statement.exact for each in read(text, language)]


def dated(text: str, language: str = "en") -> list[tuple[str, str | None]]:
    return [(each.statement.exact, due_on(each)) for each in read(text, language)]


def claimants(text: str, language: str = "en") -> list[str | None]:
    speakers = [each.claimant for each in read(text, language)]
    return [f"{each.name}{'?' if each.is_guess else ''}" if each else None for each in speakers]
