"""Which number does a statement predict, and in which unit?"""

from collections.abc import Sequence

from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.suggesting.rules import Rules
from claimkb.domain.suggesting.words import Words
from claimkb.domain.target import Comparator, Target, canonical_decimal

_CURRENCIES = frozenset("$€£¥₽₸₹")
_COMPARATORS = {
    "at_least": Comparator.AT_LEAST,
    "at_most": Comparator.AT_MOST,
    "about": Comparator.ABOUT,
    "between": Comparator.BETWEEN,
}
_MOST_UNITS = 2
"""How many words a unit has at most."""

_LONGEST = 60


def target_of(
    words: Words, begin: int, end: int, dates: Sequence[DatePhrase], rules: Rules, is_promise: bool = False
) -> Target | None:
    """Read the first number of a statement that is no date; None where it has none with a unit."""
    for at in range(begin, end):
        if words.forms[at][0].isdigit() and not any(date.start <= words.start(at) < date.end for date in dates):
            until = min((words.at(date.start) for date in dates if date.start > words.start(at)), default=end)
            target = _at(words, begin, at, min(end, until), rules, is_promise)
            if target is not None:
                return target
    return None


def _at(words: Words, begin: int, at: int, end: int, rules: Rules, is_promise: bool) -> Target | None:
    """Read the number at a place."""
    value, attached, after = _number(words, at, end, rules)
    if value is None:
        return None
    is_name = words.is_capital(at - 1) and at - 1 > begin
    if is_name:
        return None
    value = f"-{value}" if _is_negative(words, at) else value
    currency = words.forms[at - 1] if at > begin and words.forms[at - 1] in _CURRENCIES else ""
    upper, unit_at, attached = _upper(words, after, end, rules, attached)
    unit = _unit(words, unit_at, end, currency, attached, rules)
    if not unit or len(unit) > _LONGEST:
        return None
    comparator = _comparator(words, begin, at - bool(currency), rules)
    if is_promise and comparator is Comparator.EXACTLY and not currency and _is_counted(words, at, unit, rules):
        comparator = Comparator.AT_LEAST
    if upper is not None and float(upper) >= float(value):
        return Target(comparator=Comparator.BETWEEN, value=value, upper=upper, unit=unit)
    if comparator is Comparator.BETWEEN:
        return None
    return Target(
        comparator=comparator, value=value, unit=unit, tolerance=_rounding(value) if comparator is Comparator.ABOUT else None
    )


def _number(words: Words, at: int, end: int, rules: Rules) -> tuple[str | None, str, int]:
    """Read a number, the letters attached to it, and where it ends: 500 000 is one number of two words."""
    form = words.forms[at]
    digits = form.rstrip("".join({sign for sign in form if sign.isalpha()})) if not form[-1].isdigit() else form
    attached = words.written[at][len(digits) :]
    after = at + 1
    while not attached and after < end and len(words.forms[after]) == 3 and words.forms[after].isdigit() and _touches(words, after):
        digits, after = digits + words.forms[after], after + 1
    plain = digits.replace(rules.group, "") if _is_grouped(digits, rules.group) else digits
    try:
        return canonical_decimal(plain.replace(rules.point, ".")), attached, after
    except ValueError:
        return None, attached, after


def _is_negative(words: Words, at: int) -> bool:
    """Tell whether a minus stands before a number, and a space before the minus."""
    if at < 2 or words.forms[at - 1] not in ("-", "−"):
        return False
    return words.start(at) == words.end(at - 1) and words.start(at - 1) > words.end(at - 2)


def _touches(words: Words, at: int) -> bool:
    """Tell whether only one space stands before a word."""
    return words.start(at) - words.end(at - 1) == 1


def _is_grouped(digits: str, group: str) -> bool:
    """Tell whether a sign divides the digits into groups of three."""
    parts = digits.split(group)
    return len(parts) > 1 and all(len(part.partition(".")[0]) == 3 for part in parts[1:])


def _upper(words: Words, at: int, end: int, rules: Rules, attached: str) -> tuple[str | None, int, str]:
    """Read the second number of "2% and 3%": the number, where its unit stands, and the letters attached to it."""
    is_unit = at < end and (words.forms[at] == "%" or rules.has("targets.scales", words.forms[at]))
    joint = at + is_unit
    if joint + 1 >= end or not rules.has("targets.to", words.forms[joint]):
        return None, at, attached
    second = joint + 1 + (words.forms[joint + 1] in _CURRENCIES)
    if second >= end or not words.forms[second][0].isdigit():
        return None, at, attached
    upper, letters, after = _number(words, second, end, rules)
    return (upper, after, letters or attached) if upper is not None else (None, at, attached)


def _unit(words: Words, at: int, end: int, currency: str, attached: str, rules: Rules) -> str:
    """Read the unit after a number as it is printed, with the currency before it."""
    if currency:
        scale = words.written[at] if at < end and rules.has("targets.scales", words.forms[at]) else ""
        return f"{currency}{attached}" if attached else f"{currency} {scale}".strip()
    if attached:
        return attached if not attached.startswith("-") and rules.has("targets.attached", attached.lower()) else ""
    stop = at
    while stop < end and stop - at < _MOST_UNITS and not rules.has("targets.not_units", words.forms[stop]):
        if not words.is_word(stop) and words.forms[stop] not in ("%", *_CURRENCIES):
            break
        if words.forms[stop][0].isdigit():
            break
        stop += 1
        if words.forms[stop - 1] in ("%", *_CURRENCIES) or rules.has("targets.whole", words.forms[stop - 1]):
            break
    while at < stop and rules.has("targets.few", words.forms[at]):
        at += 1
    return words.text(at, stop)


def _comparator(words: Words, begin: int, at: int, rules: Rules) -> Comparator:
    """Read how the number is meant from the words right before it."""
    for first in range(max(begin, at - 4), at):
        match = rules.comparators.at(words.forms[:at], first)
        if match is not None and match.end == at:
            return _COMPARATORS[match.value]
    return Comparator.EXACTLY


def _is_counted(words: Words, at: int, unit: str, rules: Rules) -> bool:
    """Tell whether a number counts things: more than the 400 homes that were promised keep the promise, too.

    It does not of a percentage, of money, of a level ("cut to 400 posts"), and where the words say that it is exact.
    """
    before = words.forms[at - 1] if at else ""
    is_level = any(rules.has(f"targets.{name}", before) for name in ("levels", "exact"))
    parts = unit.lower().split()
    is_money = any(rules.has("targets.money", part) for part in parts)
    is_share = not parts[-1].isalpha() or any(rules.has(f"targets.{name}", parts[-1]) for name in ("whole", "scales"))
    return not (is_level or is_money or is_share)


def _rounding(value: str) -> str:
    """Return half of the last place that a round number prints: 50 of 600, 0.5 of 7."""
    whole, _, fraction = value.partition(".")
    if fraction:
        return canonical_decimal(f"0.{'0' * len(fraction)}5")
    zeros = len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0
    return canonical_decimal(f"5{'0' * (zeros - 1)}" if zeros else "0.5")
