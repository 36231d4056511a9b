"""How does a name sound, roughly, in whatever script it is written? By that, names that may be one are found and compared.

Each word is romanised. Its skeleton is what is left of its consonants once those that spellings exchange are one letter: by it a
name is looked up in an index. Its spelling keeps the vowels, and tells how alike two words are.
"""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from claimkb.domain.normal_forms.words import words

_PARTICLES = frozenset(
    "al el bin ibn ben von van der den de del di da du la le the of and et und y i for jr sr mr mrs dr".split()  # noqa: SIM905
)
"""Words that many names hold, and that are often left out."""

_SPELLED = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"[^a-z0-9]", ""),
        (r"(.)\1+", r"\1"),
        ("schtsch|shtsh|shch", "sh"),
        ("tsch|tch", "ch"),
        ("sch", "sh"),
        ("^chr", "kr"),
        ("zh|dzh|dj", "j"),
        ("ph", "f"),
        ("kh|ck|q|c(?![ehiy])", "k"),
        ("dh", "d"),
        ("tz|ts", "z"),
        ("x", "ks"),
        ("w", "v"),
        ("(?<=[aeiou])y(?=[aeiou])", ""),
        ("ue|oe", "u"),
        ("(?:[iey]?[iyj])$", "i"),
        ("o", "u"),
        ("e", "a"),
        (r"(.)\1+", r"\1"),
    )
]
"""What spellings of one name write in several ways, and how it is written here; in this order."""

_SKELETON = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        ("sh|ch|c|z", "s"),
        ("th", "t"),
        ("g", "k"),
        ("f", "v"),
        (r"([^aiuy])\1+", r"\1"),
        ("(?<!^)[aiuyh]", ""),
        ("^[iuy]", "a"),
    )
]
"""What of a spelling does not count in a skeleton; in this order."""

_BEGINNINGS = (("j", "y"), ("kh", "h"), ("dj", "d"))
"""How a word begins, and how else it is begun: Jelzin and Yeltsin, Khrushchev and Hrushchev, Djokovic and Dokovic."""

_UNVOWELLED = re.compile("[\u0590-\u0dff]")
"""Scripts that leave vowels unwritten, or in which their romanisation does: from Hebrew and Arabic to those of India."""

_SILENT = re.compile("['`]")
"""How an Alef with a mark, and an Ayn, are romanised."""

LONGEST_SKELETON = 40
"""How many letters of a skeleton are looked up."""

MOST_WORDS = 12
"""How many words of a name are looked up and compared."""

SAME_CONSONANTS = 0.95
"""How alike two words of the same skeleton are, where one of them is written without its vowels."""

ALIKE = 0.82
"""From where on names are alike."""

SAME_WORD = 0.8
"""From where on two words are told to be the same."""

BESIDE = 0.1
"""How much a word counts that the shorter of two names leaves out."""


@lru_cache(4096)
def romanised(word: str) -> str:
    """Write a word in the letters a to z. Where vowels are unwritten, an Ayn parts two consonants."""
    if word.isascii():
        return word
    from anyascii import anyascii

    letters = anyascii(word).lower()
    return _SILENT.sub("h", letters.lstrip("'`")) if _UNVOWELLED.search(word) else letters


def _spelled(letters: str) -> str:
    """Write romanised letters in one of the ways in which they may be spelled."""
    for pattern, plain in _SPELLED:
        letters = pattern.sub(plain, letters)
    return letters


@lru_cache(4096)
def spelled(word: str) -> str:
    """Write a word in one of the ways in which it may be spelled."""
    return _spelled(romanised(word))


def _skeleton(spelling: str) -> str:
    """Leave of a spelling its consonants, those that sound alike as one letter, and that it begins with a vowel."""
    for pattern, plain in _SKELETON:
        spelling = pattern.sub(plain, spelling)
    return spelling[:LONGEST_SKELETON]


@lru_cache(4096)
def _without_vowels(word: str) -> str:
    """Write the skeleton of a word in a script that leaves vowels unwritten: W is one, and none shows at the beginning."""
    return _skeleton(_spelled(romanised(word).replace("w", "u"))).removeprefix("a")


@lru_cache(4096)
def skeletons(word: str) -> frozenset[str]:
    """List the skeletons of a word: several where spellings begin it in several ways, or where vowels may be unwritten."""
    letters = romanised(word)
    ways = {letters, *(by + letters[len(begin) :] for begin, by in _BEGINNINGS if letters.startswith(begin))}
    return frozenset({_without_vowels(word), *(_skeleton(_spelled(each)) for each in ways)} - {""})


@lru_cache(1024)
def told(name: str) -> tuple[str, ...]:
    """List the words that tell a name from others, twelve at most: without particles and initials, unless there are no others."""
    every = words(name)
    telling = [each for each in every if each not in _PARTICLES and (len(each) > 1 or not each.isascii())]
    return tuple((telling or every)[:MOST_WORDS])


def sound_keys(name: str) -> set[str]:
    """List the keys under which a name is looked up: the skeletons of its words, and that of all of them together."""
    of_words = {key for word in told(name) for key in skeletons(word) if len(key) > 1}
    return of_words | set(skeletons("".join(romanised(each) for each in words(name))))


@lru_cache(16384)
def _word_likeness(one: str, two: str) -> float:
    """Tell how alike two words are, from 0 to 1."""
    if one == two:
        return 1.0
    alike = SequenceMatcher(None, spelled(one), spelled(two), autojunk=False).ratio()
    if alike < SAME_CONSONANTS and (_UNVOWELLED.search(one) or _UNVOWELLED.search(two)):
        return SAME_CONSONANTS if _without_vowels(one) == _without_vowels(two) else alike
    return alike


def _pairs(one: tuple[str, ...], two: tuple[str, ...]) -> list[tuple[float, str, str]]:
    """Pair the words of two names, the most alike first; each word is in one pair."""
    found = sorted(
        ((_word_likeness(a, b), -i, -j, a, b) for i, a in enumerate(one) for j, b in enumerate(two)),
        reverse=True,
    )
    pairs: list[tuple[float, str, str]] = []
    taken: set[tuple[int, int]] = set()
    for alike, i, j, a, b in found:
        if (0, i) not in taken and (1, j) not in taken:
            taken |= {(0, i), (1, j)}
            pairs.append((alike, a, b))
    return pairs


def name_likeness(one: str, two: str) -> tuple[float, list[str]]:
    """Tell how alike two names are, from 0 to 1, and which words of them are; their order does not matter.

    What one of them leaves out counts little, if all that it has is in the other.
    """
    ours, theirs = told(one), told(two)
    pairs = _pairs(ours, theirs)
    same = [f"{a} ~ {b}" if a != b else a for alike, a, b in pairs if alike >= SAME_WORD]
    matched = sum(alike * (len(a) + len(b)) for alike, a, b in pairs)
    size = sum(len(a) + len(b) for _, a, b in pairs)
    beside = sum(map(len, (*ours, *theirs))) - size
    weight = BESIDE if len(same) == len(pairs) else 1.0
    by_words = matched / (size + weight * beside) if size else 0.0
    our_line, their_line = (spelled("".join(map(romanised, each))) for each in (ours, theirs))
    whole = SequenceMatcher(None, our_line, their_line, autojunk=False).ratio() if our_line and their_line else 0.0
    if whole > by_words and not same:
        same = [f"{' '.join(ours)} ~ {' '.join(theirs)}"]
    return round(max(by_words, whole), 3), same
