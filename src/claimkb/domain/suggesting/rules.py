"""What do the tables of a language say about statements? Read once, and made ready to be looked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from claimkb.domain import languages
from claimkb.domain.suggesting.patterns import Patterns, patterns_of

REPORT, SOURCE, INVERTED = "report", "source", "inverted"
"""How a statement is told: X said, according to X, "dit-elle"."""

ANYWHERE, FIRST = "anywhere", "first"
"""Where words in a sentence tell that it is furniture of the page."""


@dataclass(frozen=True)
class Cue:
    """Words that are a sign of a statement about the future, and what else they need to be one."""

    sign: str
    kind: str
    """FORECAST or PROMISE; WILL and ARRANGED are decided by the words around."""
    needs: str = ""
    """`date`, `number`, `change`, `report`, `thing`, `told`, `appointment`, `lasting`, `starting` or `adjacent`; nothing where
    the words are enough."""
    subject: bool = False
    """Whether its subject is the claimant."""
    report: bool = False
    """Whether it may also follow what it tells, as "said" does."""
    likelihood: bool = False
    """Whether its words tell how likely it is."""


@dataclass(frozen=True)
class Rules:
    """The tables of a language for statements."""

    never_end: frozenset[str]
    sometimes_end: frozenset[str]
    starters: frozenset[str]
    numbered: frozenset[str]
    """Words after which a full stop ends no sentence before a number: No. 5."""
    cues: Patterns[Cue | None]
    """None stands for words that are no cue."""
    reports: Patterns[str]
    likelihood: Patterns[str]
    old: Patterns[str]
    indirect: Patterns[str]
    once: Patterns[str]
    cancelled: Patterns[str]
    supposed: Patterns[str]
    furniture: Patterns[str]
    comparators: Patterns[str]
    worth: Patterns[str]
    before: Patterns[str]
    read_as: str
    """How a span of time before a day to come is read: twelve days before it is held, in twelve days."""
    words: Mapping[str, frozenset[str]]
    """Sets of words, by table and name: `splits.anywhere`."""
    group: str
    point: str

    def has(self, name: str, word: str) -> bool:
        """Tell whether a word is in a set."""
        return word in self.words.get(name, ())


def rules_of(language: str) -> Rules | None:
    """Read the rules of a language, by its tag; None of a language without tables."""
    code = languages.code_of(language)
    return _rules(code) if code else None


@cache
def _rules(code: str) -> Rules:
    table = languages.table(code, languages.STATEMENTS)
    sets = {name: frozenset(words) for name, words in table["sets"].items()}
    number = table["targets"]["number"]
    return Rules(
        never_end=frozenset(table["ends"]["never"]),
        sometimes_end=frozenset(table["ends"]["sometimes"]),
        starters=frozenset(table["ends"]["starters"]),
        numbered=frozenset(table["ends"]["numbered"]),
        cues=_cues(table, sets),
        reports=_labelled(
            {REPORT: table["reports"]["verbs"], SOURCE: table["reports"]["sources"], INVERTED: table["reports"]["inverted"]}, sets
        ),
        likelihood=patterns_of("likelihood", table["likelihood"]["patterns"], sets),
        old=patterns_of("old", table["traps"]["old"], sets),
        indirect=patterns_of("indirect", table["traps"]["indirect"], sets),
        once=patterns_of("once", table["traps"].get("once", ()), sets),
        cancelled=patterns_of("cancelled", table["traps"].get("cancelled", ()), sets),
        supposed=patterns_of("supposed", table["splits"].get("supposed", ()), sets),
        furniture=_labelled({ANYWHERE: table["traps"]["furniture"], FIRST: table["traps"].get("furniture_first", ())}, sets),
        comparators=_labelled({name: table["targets"][name] for name in ("at_least", "at_most", "about", "between")}, sets),
        worth=_labelled(
            {name: words for name, words in table["worth"].items() if not name.startswith("not_")},
            sets,
            table["worth"]["not_superlatives"],
        ),
        before=patterns_of("before", table["before"]["patterns"], sets),
        read_as=table["before"]["read_as"],
        words=_words(table),
        group=number["group"],
        point=number["point"],
    )


def _cues(table: Mapping[str, Any], sets: Mapping[str, frozenset[str]]) -> Patterns[Cue | None]:
    """Read the cues, and the words that are none."""
    found: Patterns[Cue | None] = Patterns(exceptions=frozenset(table["sets"].get("exceptions", ())))
    found.add(table["nothing"]["patterns"], None, sets)
    for row in table["cues"]:
        found.add(row["patterns"], Cue(**{name: value for name, value in row.items() if name != "patterns"}), sets)
    return found


def _labelled(
    rows: Mapping[str, Iterable[str]], sets: Mapping[str, frozenset[str]], exceptions: Iterable[str] = ()
) -> Patterns[str]:
    """Make a table of patterns that each stand for their name."""
    found: Patterns[str] = Patterns(exceptions=frozenset(exceptions))
    for name, patterns in rows.items():
        found.add(patterns, name, sets)
    return found


def _words(table: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Read the sets of single words of all tables."""
    return {
        f"{part}.{name}": frozenset(words)
        for part, rows in table.items()
        if isinstance(rows, dict)
        for name, words in rows.items()
        if isinstance(words, list)
    }
