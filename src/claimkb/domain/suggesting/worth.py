"""Which claims of a text are worth checking? Those with numbers, comparisons, superlatives, causes and facts of named parties."""

from collections.abc import Iterator
from itertools import islice

from claimkb.domain.suggesting.accepting import Accepting
from claimkb.domain.suggesting.attributing import Attributing
from claimkb.domain.suggesting.clauses import Clause
from claimkb.domain.suggesting.finding import MOST_READ, MOST_SUGGESTIONS, MOST_TEXT, suggestions
from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.quoting import Quoting
from claimkb.domain.suggesting.rules import Rules, rules_of
from claimkb.domain.suggesting.sentences import sentences
from claimkb.domain.suggesting.suggestion import Passage, Suggested, SuggestionKind
from claimkb.domain.suggesting.telling import tells_in
from claimkb.domain.suggesting.words import Words

_WEIGHTS = {"comparisons": 0.2, "superlatives": 0.1, "causes": 0.15, "facts": 0.1}
_NUMBER, _NAME, _OPINION, _LEAST = 0.3, 0.1, 0.3, 0.25
_FEWEST_WORDS = 5


def check_worthy(text: str, language: str) -> list[Suggested]:
    """Suggest the claims of a text that are not about the future, the one most worth checking first."""
    rules = rules_of(language)
    if rules is None:
        return []
    taken = {each.sentence.exact for each in suggestions(text, None, language)}
    found = _claims(text, language, rules, taken)
    return sorted(islice(found, MOST_SUGGESTIONS), key=lambda each: (-each.score, each.sentence.start))


def _claims(text: str, language: str, rules: Rules, taken: set[str]) -> Iterator[Suggested]:
    """Give the claims of a text in its order."""
    quoted, quoting = Quoted(text), Quoting(text)
    attributing = Attributing(rules, quoted)
    read = [each for each in sentences(text[:MOST_TEXT], language) if each.exact not in taken]
    for sentence in read[:MOST_READ]:
        words = Words(sentence)
        score, signs = _score(words, rules)
        if score >= _LEAST and (claim := _claim(words, score, signs, attributing, quoting)):
            yield claim


def _score(words: Words, rules: Rules) -> tuple[float, tuple[str, ...]]:
    """Tell how much a sentence is worth checking, and by which words; nothing of questions and furniture."""
    judging = Accepting(words, rules, (), None)
    if len(words.forms) < _FEWEST_WORDS or words.forms[-1] not in ".!…\"'”»)" or judging.is_question() or judging.is_furniture():
        return 0, ()
    found = {match.value: words.text(match.begin, match.end) for match in rules.worth.find(words.forms)}
    number = next((at for at, form in enumerate(words.forms) if form[0].isdigit()), None)
    score = sum(_WEIGHTS.get(name, 0) for name in found) - (_OPINION if "opinions" in found else 0)
    has_name = any(words.is_capital(at) for at in range(1, len(words.forms)))
    score += (_NUMBER if number is not None else 0) + (_NAME if has_name else 0)
    signs = [f'"{text}": {name.removesuffix("s")}' for name, text in found.items() if name in _WEIGHTS]
    signs += [f'"{words.written[number]}": number'] if number is not None else []
    return round(min(1, max(0, score)), 2), tuple(signs)


def _claim(words: Words, score: float, signs: tuple[str, ...], attributing: Attributing, quoting: Quoting) -> Suggested | None:
    """Make a suggestion of a whole sentence."""
    sentence = words.sentence
    end = len(sentence.exact.rstrip(".!… "))
    statement = Passage(sentence.exact[:end], sentence.start, sentence.start + end)
    quote = quoting.quote(statement, statement.start, statement.start)
    if quote is None:
        return None
    tells = tells_in(words, [], set(), attributing.rules, attributing.speakers, attributing.quoted)
    clause = Clause(0, len(words.forms), (), tells[0] if tells else None, is_quoted=False)
    return Suggested(
        sentence=sentence,
        statement=statement,
        quote=quote,
        kind=SuggestionKind.CLAIM,
        likelihood_text=None,
        claimant=attributing.named(words, clause),
        target=None,
        due=None,
        why=signs,
        score=score,
    )
