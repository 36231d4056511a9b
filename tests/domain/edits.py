"""Texts of our own, and edits of them as newsrooms make them: for each word it is known which one it was before.

A word keeps its number through every edit, and a copy of a word has none: so it is known where a quote went, without looking for it.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

Word = tuple[int | None, str]
"""A word with its number; a word that an edit wrote has none."""

Sentence = list[Word]

_WHO = ("The ministry", "A spokeswoman", "The harbour board", "Ms. Laurent", "The city's auditor", "Critics", "Le préfet", "الوزير")
_DOES = ("said", "did not say", "denied", "announced", "will not rule out", "expects", "no longer expects", "promised")
_WHAT = ("that the bridge", "the new line", '"the tram"', "the co-operative", "l'hôpital", "a harbour-side school", "the ferry")
_THEN = ("opens", "closes", "will cost", "has lost", "needs", "is worth")
_MUCH = ("600 homes", "1,200 jobs", "6.5 per cent", "€40 million", "no money", "two years", "12 000 tonnes", "-3 per cent")
_WHEN = ("in spring.", "by 2028.", "within 18 months.", "before the vote.", "after the election, it said.", "next year.")
REFRAIN = "The ministry did not respond to a request for comment."

_TYPESET = (("'", "’"), ('"', "“"), ("-", "–"), (" ", "\u00a0"), (" ", "\n  "), ("fi", "ﬁ"))
_OTHERS = ("not", "never", "700", "7,5", "autumn", "perhaps", "harbours", "2031", "nobody", "more")


def a_text(random: Random) -> list[Sentence]:
    """Write a text. Sentences are alike, and some stand in it twice."""
    said = [
        " ".join(random.choice(part) for part in (_WHO, _DOES, _WHAT, _THEN, _MUCH, _WHEN)) for _ in range(random.randint(4, 9))
    ]
    said += [REFRAIN] * random.choice((0, 0, 1, 2)) + random.sample(said, random.choice((0, 0, 1)))
    random.shuffle(said)
    number = 0
    sentences: list[Sentence] = []
    for each in said:
        words = each.split()
        sentences.append([(number + place, word) for place, word in enumerate(words)])
        number += len(words)
    return sentences


def a_quote(random: Random, text: list[Sentence]) -> list[int]:
    """Choose the words of a quote, by their numbers: a sentence, or a part of one."""
    sentence = random.choice(text)
    first = random.choice((0, random.randrange(len(sentence) - 1)))
    last = random.choice((len(sentence), random.randint(first + 1, len(sentence))))
    return [number for number, _ in sentence[first:last] if number is not None]


def _change(random: Random, text: list[Sentence], _: int) -> None:
    """Write another word in the place of one, or one more, or one less."""
    sentence = random.choice(text)
    place = random.randrange(len(sentence))
    sentence[place : place + random.choice((0, 1, 1))] = random.choice(([], [(None, random.choice(_OTHERS))]))


def _change_here(random: Random, text: list[Sentence], here: int) -> None:
    """Write another word into the sentence of the quote."""
    _change(random, text[here : here + 1], 0)


def _move(random: Random, text: list[Sentence], here: int) -> None:
    """Move a sentence."""
    sentence = text.pop(random.choice((here, random.randrange(len(text)))))
    text.insert(random.randint(0, len(text)), sentence)


def _delete(random: Random, text: list[Sentence], here: int) -> None:
    """Delete a sentence."""
    del text[random.choice((here, random.randrange(len(text))))]


def _double(random: Random, text: list[Sentence], here: int) -> None:
    """Write a sentence once more: beside it, or anywhere."""
    place = random.choice((here, random.randrange(len(text))))
    copy: Sentence = [(None, word) for _, word in text[place]]
    text.insert(random.choice((place, place + 1, random.randint(0, len(text)))), copy)


EDITS: tuple[Callable[[Random, list[Sentence], int], None], ...] = (_change, _change_here, _move, _delete, _double)


@dataclass(frozen=True)
class Written:
    """A text as it is written, and where each numbered word stands in it."""

    text: str
    places: dict[int, tuple[int, int]]

    def place(self, quote: list[int]) -> tuple[int, int] | None:
        """Tell where a quote stands, whole and in one piece; None where it does not."""
        spans = [self.places.get(number) for number in quote]
        return None if None in spans else (spans[0][0], spans[-1][1])  # type: ignore[index]


def written(text: list[Sentence], typeset: Callable[[str], str] = str) -> Written:
    """Write a text: a paragraph for every three sentences."""
    said, places = "", {}
    for index, sentence in enumerate(text):
        for number, word in sentence:
            if number is not None:
                places[number] = (len(said), len(said) + len(typeset(word)))
            said += typeset(word) + " "
        said += "\n\n" if index % 3 == 2 else ""
    return Written(said.rstrip() or ".", places)


def typesetting(random: Random) -> Callable[[str], str]:
    """Choose a typographic change of all words, which changes none of them to a reader."""
    before, after = random.choice(_TYPESET)
    form: Literal["NFC", "NFD"] = random.choice(("NFC", "NFD"))
    return lambda word: unicodedata.normalize(form, word.replace(before, after))
