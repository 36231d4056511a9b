"""Which claims say nearly the same as a statement, or as each of the statements of a text?

Both databases answer the same, in a number of statements that does not grow with the number of statements that are compared:
how frequent is each word; which claims have the rare words of a statement, or several of its frequent ones; what are the likeliest.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from claimkb.domain import Claim
from claimkb.domain.claim import RelationState
from claimkb.domain.reference import ClaimId
from claimkb.domain.wording import likeness, telling
from claimkb.store import claims
from claimkb.store.engine import records


@dataclass(frozen=True)
class Alike:
    """A claim that is like a statement: a score from 0 to 1, and the words that both share."""

    claim: Claim
    score: float
    why: list[str]


CANDIDATES = 200
"""How many claims each search for a statement compares with it: all with its rare words, else the newest."""

COUNTED = 2_000
"""Up to this number the entries with a word are counted; what more have is as frequent as any other."""

TELLING = 3
"""Of how many frequent words, the rarest, a claim needs two to be compared."""

_FREQUENCIES = {
    "sqlite": "SELECT word.value, (SELECT count(*) FROM (SELECT 1 FROM search_index"
    " WHERE search_index MATCH '\"' || word.value || '\"' LIMIT :most)) FROM json_each(:words) AS word",
    "postgresql": "SELECT word, (SELECT count(*) FROM (SELECT 1 FROM search_entry"
    " WHERE to_tsvector('simple'::regconfig, words) @@ to_tsquery('simple'::regconfig, quote_literal(word)) LIMIT :most) AS few)"
    " FROM unnest(:words) AS word",
}
"""For each dialect, how many entries have each of these words."""

_CANDIDATES = {
    "sqlite": "SELECT search.key, claim.id, claim.statement FROM json_each(:searches) AS search CROSS JOIN claim"
    " WHERE claim.id IN (SELECT found.id FROM search_index"
    " CROSS JOIN search_entry AS entry ON entry.position = search_index.rowid"
    " CROSS JOIN claim AS found ON found.id = entry.record_id"
    " WHERE search_index MATCH search.value AND entry.kind = 'CLAIM' AND found.retracted_at IS NULL"
    " ORDER BY search_index.rowid DESC LIMIT :most)",
    "postgresql": "SELECT search.place - 1, claim.id, claim.statement"
    " FROM unnest(:searches) WITH ORDINALITY AS search (words, place)"
    " CROSS JOIN LATERAL (SELECT found.id, found.statement"
    " FROM search_entry AS entry JOIN claim AS found ON found.id = entry.record_id"
    " WHERE entry.position = ANY (ARRAY(SELECT position FROM search_entry"
    " WHERE to_tsvector('simple'::regconfig, words) @@ to_tsquery('simple'::regconfig, search.words)))"
    " AND entry.kind = 'CLAIM' AND found.retracted_at IS NULL ORDER BY entry.position DESC LIMIT :most) AS claim",
}
"""For each dialect, the newest claims that each of these searches finds."""


def _ask(session: Session, statements: Mapping[str, str], name: str, texts: Sequence[str], most: int) -> Sequence[Any]:
    """Send a statement that asks the same of each of many texts."""
    dialect = session.get_bind().dialect.name
    is_sqlite = dialect == "sqlite"
    statement = sa.text(statements[dialect]).bindparams(sa.bindparam(name, type_=sa.String() if is_sqlite else ARRAY(sa.Text())))
    return session.execute(statement, {name: json.dumps(texts) if is_sqlite else texts, "most": most}).all()


def _searches(wanted: Iterable[str], frequency: Mapping[str, int]) -> Iterator[list[tuple[str, ...]]]:
    """List the searches for the candidates of a statement, each as the groups of words of which one must be there, whole.

    A claim with one of the rare words is compared, as there are few. Those with a frequent word are too many: a claim needs all of
    these, or two of the three rarest.
    """
    known = sorted((each for each in wanted if frequency[each]), key=lambda word: (frequency[word], -len(word), word))
    few = sum(total <= CANDIDATES for total in accumulate(frequency[each] for each in known))
    rare, frequent = known[:few], known[few:]
    if rare:
        yield [(each,) for each in rare]
    if frequent:
        yield [tuple(frequent)]
    if len(frequent) >= TELLING:
        yield list(combinations(frequent[:TELLING], 2))


def _written(groups: Iterable[Iterable[str]], *, is_sqlite: bool) -> str:
    """Write a search in the syntax of the database. Words are letters and digits only, and quoted: nothing in them is syntax."""
    quote, both, either = ('"', " AND ", " OR ") if is_sqlite else ("'", " & ", " | ")
    return either.join(f"({both.join(f'{quote}{word}{quote}' for word in group)})" for group in groups)


def _candidates(session: Session, wanted: Sequence[frozenset[str]]) -> list[dict[UUID, str]]:
    """Find the claims to compare each set of words with: their statements, by their ids."""
    known = sorted(frozenset().union(*wanted))
    frequency = {row[0]: row[1] for row in _ask(session, _FREQUENCIES, "words", known, COUNTED)} if known else {}
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    places: dict[str, list[int]] = {}
    for place, each in enumerate(wanted):
        for groups in _searches(each, frequency):
            places.setdefault(_written(groups, is_sqlite=is_sqlite), []).append(place)
    found: list[dict[UUID, str]] = [{} for _ in wanted]
    searches = list(places)
    for number, id_, statement in _ask(session, _CANDIDATES, "searches", searches, CANDIDATES) if searches else ():
        for place in places[searches[number]]:
            found[place][id_ if isinstance(id_, UUID) else UUID(id_)] = statement
    return found


@dataclass(frozen=True)
class _Match:
    """A claim, how like a statement it is, and by which words."""

    claim_id: UUID
    score: float
    why: list[str]


def _matches(session: Session, statements: Sequence[str], most: int, but: frozenset[UUID]) -> list[list[_Match]]:
    """List for each statement the claims that are most like it, by the words they share."""
    wanted = [telling(each) for each in statements]
    theirs: dict[UUID, frozenset[str]] = {}
    listed = []
    for mine, candidates in zip(wanted, _candidates(session, wanted), strict=True):
        found = []
        for id_, statement in candidates.items():
            if id_ not in theirs:
                theirs[id_] = telling(statement)
            if id_ not in but and not mine.isdisjoint(theirs[id_]):
                found.append((-likeness(mine, theirs[id_]), id_))
        listed.append([_Match(id_, -score, sorted(mine & theirs[id_])) for score, id_ in sorted(found)[:most]])
    return listed


def _read(session: Session, matches: Sequence[Sequence[_Match]]) -> list[list[Alike]]:
    """Read the claims of matches, in one statement."""
    ids = list({each.claim_id for found in matches for each in found})
    read: dict[UUID, Claim | None] = dict(zip(ids, records.by_ids(session, Claim, ids), strict=True)) if ids else {}
    return [[Alike(claim, each.score, each.why) for each in found if (claim := read[each.claim_id])] for found in matches]


def similar_to_all(session: Session, statements: Sequence[str], most: int) -> list[list[Alike]]:
    """List the claims most like each of these statements, in three statements of SQL however many they are."""
    return _read(session, _matches(session, statements, most, frozenset()))


def similar(session: Session, statement: str, claim_id: ClaimId | None, most: int) -> list[Alike]:
    """List the claims most like a statement; not the claim that it is of, nor those that are recorded as not the same."""
    but = set() if claim_id is None else {claim_id, *session.scalars(claims.judged(claim_id, RelationState.DENIED))}
    return _read(session, _matches(session, [statement], most, frozenset(but)))[0]
