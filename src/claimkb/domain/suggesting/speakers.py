"""Who is named as the speaker, and who is meant by a pronoun or a title?"""

from dataclasses import dataclass, field, replace

from claimkb.domain.suggesting.rules import Rules
from claimkb.domain.suggesting.suggestion import Speaker
from claimkb.domain.suggesting.words import Words

MOST_WORDS = 14
"""How far a speaker's name is looked for from a verb."""

_LONG_CLAUSE = 24
"""How many words a relative clause has at most between a subject and its verb."""
_LONGEST = 100
_FULL_NAME = 2
"""How many words a person's name has where more would be those of a country: "minister of Altania Ann Poe"."""
_STOPS = frozenset('"“”„«»()[]:;,—–|')


@dataclass(frozen=True)
class Known:
    """A speaker whom the text has named: the offices that stood before the name, and whether it is a person."""

    name: str
    offices: frozenset[str]
    is_person: bool | None
    is_described: bool = False
    """Whether it has no name: "analysts at the bank"."""


@dataclass
class Speakers:
    """The speakers whom a text has named so far."""

    rules: Rules
    named: list[Known] = field(default_factory=list)

    def left_of(self, words: Words, at: int, least: int = 0) -> tuple[int, int]:
        """Tell which words before a verb are its subject."""
        end = self._before_adverbs(words, at, least)
        if end - 1 > least and self._has("antecedent", words.forms[end - 1]):
            end -= 1
        if end > least and words.forms[end - 1] == ",":
            return self._apposition(words, end - 1, least)
        return self._back(words, end, least), end

    def _before_adverbs(self, words: Words, at: int, least: int) -> int:
        """Go back over the words between a subject and its verb: "has also", and "United, meanwhile, hope"."""
        end = at
        while end > least and self._has("aux", words.forms[end - 1]):
            end -= 1
        inner = end - 1
        while inner > least and words.forms[end - 1] == "," and self._has("aux", words.forms[inner - 1]):
            inner -= 1
        is_inserted = least < inner < end - 1 and words.forms[inner - 1] == ","
        return inner - 1 if is_inserted else end

    def _apposition(self, words: Words, comma: int, least: int) -> tuple[int, int]:
        """Tell which words before a comma are the subject: a name between two commas, or what stands before both."""
        begin = self._back(words, comma, least)
        begin -= begin > least and self._has("relative", words.forms[begin - 1])
        if begin <= least or words.forms[begin - 1] != ",":
            return self._before_relative(words, comma, least) or (begin, comma)
        outer = self._back(words, begin - 1, least)
        is_name = words.is_capital(begin) and not self._has("relative", words.forms[begin])
        return (outer if outer < begin - 1 else begin, comma) if is_name else (outer, begin - 1)

    def _before_relative(self, words: Words, comma: int, least: int) -> tuple[int, int] | None:
        """Tell which words are the subject before a relative clause: "An aide, who asked not to be named as talks go on, said"."""
        for at in range(comma - 1, max(least, comma - _LONG_CLAUSE), -1):
            if words.forms[at] == ",":
                is_relative = self._has("relative", words.forms[at + 1])
                return (self._back(words, at, least), at) if is_relative else None
        return None

    def _back(self, words: Words, end: int, least: int) -> int:
        """Go back from a word to where its part of the sentence begins."""
        begin = end
        while begin > max(least, end - MOST_WORDS) and words.forms[begin - 1] not in _STOPS:
            if self._has("before", words.forms[begin - 1]) and not self._is_in_name(words, begin - 1):
                break
            begin -= 1
        return begin

    def _is_in_name(self, words: Words, at: int) -> bool:
        """Tell whether a small word joins two names, as in "Marks and Spencer"."""
        return words.is_capital(at - 1) and words.is_capital(at + 1) and self._has("particles", words.forms[at])

    def right_of(self, words: Words, at: int) -> tuple[int, int]:
        """Tell which words from a place on are a name."""
        while at < len(words.forms) - 1 and self._has("days", words.forms[at]):
            at += 1
        end = at
        while end < min(len(words.forms), at + MOST_WORDS) and words.forms[end] not in _STOPS and words.forms[end] not in ".!?…":
            if end > at and self._ends(words, end):
                break
            end += 1
        return at, self._with_name(words, at, end)

    def _with_name(self, words: Words, begin: int, end: int) -> int:
        """Add the name that stands after an office and a comma: "the mayor, Ann Poe"."""
        is_office = any(self._has("titles", form) for form in words.forms[begin:end]) and words.forms[end : end + 1] == [","]
        last = end + 1
        while is_office and words.is_capital(last):
            last += 1
        return last if last > end + 1 else end

    def _ends(self, words: Words, at: int) -> bool:
        """Tell whether a name ends before a word: at one that no name holds, or at a time."""
        form = words.forms[at]
        return (self._has("before", form) or self._has("after", form)) and not self._is_in_name(words, at)

    def _has(self, name: str, form: str) -> bool:
        return self.rules.has(f"speakers.{name}", form)

    def name(self, words: Words, begin: int, end: int) -> Speaker | None:
        """Name the speaker whom some words mean, and remember a new one; None where they mean nobody."""
        while begin < end and (not words.is_word(begin) or self._is_aux(words.forms[begin])):
            begin += 1
        while end > begin and not words.is_word(end - 1):
            end -= 1
        if begin >= end:
            return None
        if end - begin == 1 and self._has("objects", words.forms[begin]):
            return self.pronoun(words.forms[begin])
        is_article = self._has("articles", words.forms[begin]) and self._run(words, begin + 1, end) is not None
        if self._is_pronoun(words.forms[begin]) and not is_article and not self._is_short(words.written[begin]):
            return self.pronoun(words.forms[begin])
        if self._has("not_speakers", words.forms[begin]) and not self._is_short(words.written[begin]):
            return None
        return self._named(words, begin, end)

    def _is_aux(self, form: str) -> bool:
        return self._has("aux", form) and not self._has("articles", form) and not self._is_pronoun(form)

    def is_named(self, words: Words, begin: int, end: int) -> bool:
        """Tell whether some words end with a name: "the firm Corvex", and not "the inflation"."""
        return begin < end and self._run(words, begin, end) is not None

    def _is_short(self, written: str) -> bool:
        """Tell whether a word is an abbreviation: US, IT."""
        return len(written) > 1 and written.isupper()

    def may_begin(self, words: Words, at: int) -> bool:
        """Tell whether a name may begin with a word: a capital letter, an article, an office or a pronoun."""
        form = words.forms[at]
        return words.is_capital(at) or self._is_pronoun(form) or self._has("articles", form) or self._has("titles", form)

    def _is_pronoun(self, form: str) -> bool:
        return any(self._has(group, form) for group in ("people", "groups", "either", "selves"))

    def pronoun(self, form: str) -> Speaker | None:
        """Guess whom a pronoun means: the nearest before whom it fits."""
        wanted = True if self._has("people", form) or self._has("objects", form) else False if self._has("groups", form) else None
        for fits in ((wanted,), (None,), (True, False, None)):
            for known in reversed(self.named):
                if wanted is None or known.is_person in fits:
                    return Speaker(known.name, is_guess=True)
        return None

    def note(self, words: Words, begin: int, end: int) -> None:
        """Remember whom a statement is about. One word that begins a sentence may be no name: "Work will begin"."""
        if (begin, end) == (0, 1) and self._known(words.text(0, 1)) is None:
            self.remember(Known(words.text(0, 1), frozenset(), is_person=None, is_described=True))
        else:
            self.name(words, begin, end)

    def meant(self, speaker: Speaker) -> Speaker:
        """Guess whom a speaker without a name means: "the company" the last that was named."""
        is_company = self._has("company", speaker.name.lower().rpartition(" ")[2].rpartition("'")[2].rpartition("’")[2])
        return (self.company() if is_company else None) or Speaker(speaker.name, is_guess=True)

    def company(self) -> Speaker | None:
        """Guess which company is meant: the last that was named."""
        found = (each for each in reversed(self.named) if not each.is_person and each.name[0].isupper() and not each.is_described)
        return next((Speaker(each.name, is_guess=True) for each in found), None)

    def _named(self, words: Words, begin: int, end: int) -> Speaker | None:
        """Read a name, with the offices before it; of an office alone, who last held it."""
        run = self._run(words, begin, end)
        offices = frozenset(form for form in words.forms[begin:end] if self._has("titles", form))
        if run is None:
            return self._by_office(words, begin, end, offices) or self._described(words, begin, end)
        first, last = run
        name = words.text(first, last)
        outer = self._back(words, begin - 1, 0) if begin > 0 and words.forms[begin - 1] == "," else begin
        titled = frozenset(form for form in words.forms[outer:first] if self._has("titles", form))
        known = self._known(name)
        if known is None:
            known = Known(name, titled or offices, self._is_person(words, begin, first, last, titled))
        if known.is_person is None and self._is_followed_by_who(words, last):
            known = replace(known, is_person=True)
        self.remember(known)
        return Speaker(known.name, is_guess=False)

    def _is_followed_by_who(self, words: Words, at: int) -> bool:
        """Tell whether "who" follows a name: it is a person's."""
        return any(self._has("personal", form) for form in words.forms[at : at + 2])

    def _is_person(self, words: Words, begin: int, first: int, last: int, titled: frozenset[str]) -> bool | None:
        """Tell whether a name is a person's: after an office it is, after an article it is none."""
        if titled:
            return True
        return (
            False
            if first > begin or (last - first == 1 and words.forms[first].isalpha() and words.written[first].isupper())
            else None
        )

    def _known(self, name: str) -> Known | None:
        """Find a speaker by the name or by its last part."""
        return next((each for each in reversed(self.named) if each.name == name or each.name.endswith(f" {name}")), None)

    def _by_office(self, words: Words, begin: int, end: int, offices: frozenset[str]) -> Speaker | None:
        """Guess whom an office means: who last was named with it."""
        groups = ("titles", "portfolios", "articles")
        rest = [form for form in words.forms[begin:end] if not any(self._has(group, form) for group in groups)]
        if rest or not offices:
            return None
        for known in reversed(self.named):
            if offices <= known.offices:
                return Speaker(known.name, is_guess=True)
        return None

    def _described(self, words: Words, begin: int, end: int) -> Speaker | None:
        """Take a speaker who has no name as the text calls it: "analysts at the bank"."""
        name = words.text(begin, end)
        is_office = any(self._has("titles", form) for form in words.forms[begin:end])
        if is_office and self._has("company", words.forms[end - 1]) and (owner := self.company()):
            return owner
        if any(words.forms[begin].endswith(each) for each in self.rules.words.get("speakers.no_name_endings", ())):
            return None
        if len(name) > _LONGEST or not any(words.is_word(at) and not words.forms[at].isdigit() for at in range(begin, end)):
            return None
        self.remember(Known(name, frozenset(), is_person=False, is_described=True))
        return Speaker(name, is_guess=False)

    def _run(self, words: Words, begin: int, end: int) -> tuple[int, int] | None:
        """Find the last name in some words, without the offices before it."""
        last = end
        while last > begin and not words.is_capital(last - 1):
            last -= 1
        first = last
        while first > begin and (words.is_capital(first - 1) or self._joins(words, first - 1, begin)):
            first -= 1
        offices = [at for at in range(first, last - 1) if self._has("titles", words.forms[at])]
        first = offices[-1] + 1 if offices else first
        while first < last and self._is_no_name(words, first):
            first += 1
        if offices and last - first > _FULL_NAME and self._has("of", words.forms[first - 1]):
            first = last - _FULL_NAME
        if first >= last or (last < end and not self._is_own(words, last)):
            return None
        return None if self._is_part(words, begin, first) else (first, last)

    def _is_part(self, words: Words, begin: int, first: int) -> bool:
        """Tell whether a name only belongs to the speaker: "analysts at the bank"."""
        before = first - 1
        while before > begin and (words.forms[before] == "'" or self._has("articles", words.forms[before])):
            before -= 1
        is_office = self._has("titles", words.forms[begin]) or self._has("portfolios", words.forms[begin])
        is_staff = self._has("staff", words.forms[before])
        return before > begin and self._has("of", words.forms[before]) and (is_staff or not is_office)

    def _is_own(self, words: Words, at: int) -> bool:
        """Tell whether what follows a name leaves it the speaker: "Smith himself", and not "Smith's lawyer"."""
        return not words.is_word(at) and words.forms[at] not in ("'", "&")

    def _is_no_name(self, words: Words, at: int) -> bool:
        form = words.forms[at]
        return any(self._has(group, form) for group in ("titles", "articles", "of")) or not words.is_capital(at)

    def _joins(self, words: Words, at: int, begin: int) -> bool:
        """Tell whether a small word or sign stands within a name."""
        form = words.forms[at]
        is_small = (
            self._has("particles", form) or form in ("'", "&") or (form.replace(".", "").isdigit() and at + 1 < len(words.forms))
        )
        return (
            is_small
            and at > begin
            and (words.is_capital(at - 1) or (self._has("particles", words.forms[at - 1]) and words.is_capital(at - 2)))
        )

    def remember(self, known: Known) -> None:
        """Note a speaker as the nearest."""
        if known in self.named[-20:]:
            self.named.remove(known)
        self.named.append(known)
        del self.named[:-200]
