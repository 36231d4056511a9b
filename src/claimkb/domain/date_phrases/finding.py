"""Where in a text do date phrases stand?"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, partial

from claimkb.domain import languages
from claimkb.domain.date_phrases.binding import bound, bound_by
from claimkb.domain.date_phrases.denying import meaning_of
from claimkb.domain.date_phrases.frame import frame_of
from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.grammar import grammar
from claimkb.domain.date_phrases.meanings import Context, Named
from claimkb.domain.date_phrases.meanings.calendar import checked
from claimkb.domain.date_phrases.parsing import Parser, Tree
from claimkb.domain.date_phrases.phrase import DatePhrase, DueReading
from claimkb.domain.date_phrases.tokens import DIGITS, Tokens, tokenise
from claimkb.domain.date_phrases.told import MOST, STEPS, Find, printed_months, told_day
from claimkb.domain.dates import DatePrecision, Interval, parse_due

PHRASE, TYPED = "phrase", "typed"
"""The kinds of what stands in a text, and of what a person types."""
NOTHING = "nothing"
"""The meaning of words that look like a date phrase and are none."""
MOST_STEPS = 60_000
"""How much is tried: what needs more is longer than a book, or no prose, and what it says further on is not read."""
STEPS_OF_PHRASE = 20
"""What it takes to read a phrase that was found."""
_ENDS = frozenset(".!?…。")


def find_dates(text: str, said_on: date | None, language: str, country: str | None = None) -> list[DatePhrase]:
    """Find the date phrases of a text, in their order; of a language without tables there are none."""
    code = languages.code_of(language)
    if code is None:
        return []
    tables = grammar(code)
    tokens = tokenise(text, frozenset(tables.settings.get("capital", ())))
    parser = Parser(tables, tokens)
    found: list[DatePhrase] = []
    again = cache(lambda words, day: find_dates(words, day, code))
    months = cache(partial(_printed_months, parser))
    frame = cache(partial(frame_of, parser, country))
    begins, at, printed = tables.begins[PHRASE], 0, None
    while at < len(tokens.forms) and parser.steps < MOST_STEPS:
        form = tokens.forms[at]
        if form in _ENDS:
            printed = None
        if form not in begins or not (longest := _longest(parser, PHRASE, at)):
            at += 1
            continue
        end, tree = longest
        if tree.meaning != NOTHING:
            tree = tree._replace(meaning=meaning_of(tree.meaning, tokens, at, end, tables.settings))
            told = partial(_told_day, text, parser, at, tuple(found[-MOST:]), said_on, again, months)
            context = Context(said_on, country, tables.settings, printed=printed, told_day=told, frame=frame)
            phrase = _phrase(text, tokens, at, end, tree, context)
            found.append(phrase)
            parser.steps += STEPS_OF_PHRASE
            printed = _printed(phrase) or printed
        at = end
    return found


def _told_day(
    text: str,
    parser: Parser,
    at: int,
    found: Sequence[DatePhrase],
    said_on: date | None,
    find: Find,
    months: Callable[[], list[date]],
) -> date | None:
    """Find the day of what the words before a token tell as past."""
    parser.steps += STEPS
    return told_day(text, parser.tokens.starts[at], found, said_on, () if said_on else months(), find)


def _printed_months(parser: Parser) -> list[date]:
    """List the months that a text prints with their years."""
    months = {form: node.value for form, node in parser.grammar.kinds["m"].words.items() if isinstance(node.value, int)}
    return printed_months(parser.tokens.forms, parser.tokens.raw, months)


def _longest(parser: Parser, kind: str, at: int) -> tuple[int, Tree] | None:
    """Return the longest phrase that begins at a token, if it is one."""
    if not _is_free_before(parser.tokens, at):
        return None
    whole = [match for match in parser.matches(kind, at) if _is_free_after(parser.tokens, match[0])]
    return max(whole, key=lambda match: match[0], default=None)


def _is_free_before(tokens: Tokens, at: int) -> bool:
    """Tell whether a token begins a word: 2030 in $2030 and in a2030 does not."""
    if not tokens.glued[at] or at == 0:
        return True
    before = tokens.forms[at - 1]
    return not (before in DIGITS or before.isalnum() or before in _ENDS or before in "$€£¥₽#@/+-_,")


def _is_free_after(tokens: Tokens, end: int) -> bool:
    """Tell whether a phrase ends where a word does: 2030 in 2030% and in 2030.5 does not."""
    if not tokens.glued[end]:
        return True
    form = tokens.forms[end]
    if form in DIGITS or form.isalpha() or form in "%°€$£_":
        return False
    return not (form in ".,:/-" and end + 1 < len(tokens.forms) and tokens.glued[end + 1] and tokens.forms[end + 1] in DIGITS)


def _phrase(text: str, tokens: Tokens, at: int, end: int, tree: Tree, context: Context) -> DatePhrase:
    """Read a phrase that was found."""
    start, stop = tokens.starts[at], tokens.ends[end - 1]
    meant = bound(context, tree)
    return DatePhrase(start, stop, text[start:stop], meant.cue, meant.readings, _is_past(context, tree, meant.readings))


def _is_past(context: Context, tree: Tree, meant: tuple[DueReading, ...]) -> bool:
    """Tell whether all that a phrase may mean was over before it was said."""
    if tree.meaning == "past":
        return True
    days = [each.last for each in meant if each.last]
    return bool(context.said_on and days and max(days) < context.said_on)


def _printed(phrase: DatePhrase) -> date | None:
    """Return the day that a phrase prints, if it is one day."""
    reading = phrase.readings[0]
    return reading.due_on if reading.precision is DatePrecision.DAY else None


def due_readings(text: str, said_on: date | None, language: str, country: str | None = None) -> list[DueReading]:
    """Read one phrase that a person typed, with its cue or without; what is none has no reading."""
    code = languages.code_of(language)
    context = Context(said_on, country, grammar(code).settings if code else {})
    if interval := _written(text.strip()):
        return list(bound_by(context, "on", lambda: [_named(interval)]).readings)
    if code is None:
        return []
    tokens = tokenise(text)
    whole = [tree for end, tree in Parser(grammar(code), tokens).matches(TYPED, 0) if end == len(tokens.forms) - 1]
    if not whole or whole[0].meaning == NOTHING:
        return []
    return list(bound(context, whole[0]).readings)


def _written(text: str) -> Interval | None:
    """Read a due date in the forms of `dates.parse_due`."""
    try:
        return parse_due(text)
    except ValueError:
        return None


def _named(interval: Interval) -> Named:
    """Return the days of an interval that is printed as a whole."""
    checked(interval.first.year)
    checked(interval.last.year)
    grain = Grain.__members__.get(interval.precision.value, Grain.APPROXIMATE)
    return Named(interval.first, interval.last, grain, is_printed=True)
