"""What kind of statement is it, how likely is it said to be, and by which words was it found?"""

from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.suggesting.clauses import Clause
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.rules import Cue, Rules
from claimkb.domain.suggesting.suggestion import Speaker, SuggestionKind
from claimkb.domain.suggesting.words import Words

_NEAR = 4


def kind_of(words: Words, clause: Clause, cue: Match[Cue], rules: Rules) -> SuggestionKind:
    """Tell whether the claimant seems to control what is stated: by the cue, else by subject and verb."""
    if cue.value.kind in SuggestionKind.__members__:
        return SuggestionKind[cue.value.kind]
    is_own = cue.begin > clause.begin and rules.has("speakers.selves", words.forms[cue.begin - 1])
    is_act = any(rules.has("acts.words", form) for form in words.forms[cue.begin : min(clause.end, cue.end + _NEAR)])
    return SuggestionKind.PROMISE if is_own or is_act else SuggestionKind.FORECAST


def likelihood_of(words: Words, clause: Clause, rules: Rules) -> str | None:
    """Return the words of a statement that tell how likely it is."""
    marked = [each for each in clause.cues if each.value.likelihood]
    if marked:
        return words.text(marked[0].begin, marked[0].end)
    found = rules.likelihood.find(words.forms[clause.begin : clause.end])
    return words.text(clause.begin + found[0].begin, clause.begin + found[0].end) if found else None


def signs_of(words: Words, clause: Clause, due: DatePhrase | None) -> tuple[str, ...]:
    """List the words by which a statement was found, each with what they are a sign of."""
    signs = [f'"{words.text(cue.begin, cue.end)}": {cue.value.sign}' for cue in clause.cues]
    return (*signs, f'"{due.text}": date') if due else tuple(signs)


def score_of(cue: Match[Cue], due: DatePhrase | None, claimant: Speaker | None) -> float:
    """Tell how sure the rules are: a cue that needs nothing else, a day, and a speaker who is named each add to it."""
    score = 0.4 + (0.1 if not cue.value.needs else 0)
    if due is not None:
        score += 0.3 if due.readings[0].due_on is not None else 0.1
    return round(score + (0.2 if claimant is not None and not claimant.is_guess else 0), 2)
