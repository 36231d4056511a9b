"""What is recorded of what a text says? Suggestions with what became of them, whom they name, and which claims are like them.

Each question is one statement for all suggestions, of however many sources.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Appearance, Claim, Claimant, Snapshot, Source, SuggestionRefusal
from claimkb.domain.questions import LanguageUnclear, NoTables
from claimkb.domain.reference import global_id
from claimkb.domain.suggesting import Speaker, Suggested, SuggestionKind, SuggestionState
from claimkb.domain.suggesting.asking import NO_TEXT, Asked, asked_of, note_of, suggest
from claimkb.domain.suggesting.proposal import criteria_of, question_of, reading_of
from claimkb.domain.suggesting.standing import Placed, claim_of, id_of, refusal_of, state_of
from claimkb.store import claimants, search
from claimkb.store.search import Alike

Kinds = Sequence[SuggestionKind]


@dataclass(frozen=True)
class KnownSpeaker(Speaker):
    """Who seems to assert it, and the one claimant that is recorded under that name."""

    known: Claimant | None


@dataclass(eq=False)
class Alikes:
    """The claims that are like some statements: read for all of them when the first one is asked for."""

    statements: list[str] = field(default_factory=list)
    _read: dict[int, dict[str, list[Alike]]] = field(default_factory=dict)

    def of(self, session: Session, statement: str, most: int) -> list[Alike]:
        """List the claims most like one of the statements."""
        if most not in self._read:
            all_ = list(dict.fromkeys(self.statements))
            self._read[most] = dict(zip(all_, search.similar_to_all(session, all_, most), strict=True))
        return self._read[most][statement]


@dataclass(frozen=True)
class Suggestion(Suggested):
    """A statement that is worth recording, with its id, what became of it, and what is recorded already."""

    id: str
    state: SuggestionState
    claimant: KnownSpeaker | None
    claim: Claim | None
    """The claim that is recorded of it, where it is taken."""
    alikes: Alikes = field(compare=False, repr=False)

    @property
    def question(self) -> str:
        """The question that would be recorded."""
        return question_of(self, reading_of(self))

    @property
    def criteria(self) -> str:
        """What would count as yes."""
        return criteria_of(reading_of(self), self.target)


def _newest(source_ids: Collection[UUID]) -> sa.Select[Snapshot]:
    """Select the newest snapshots of sources, as far as their texts are kept."""
    order = (col(Snapshot.captured_at).desc(), col(Snapshot.id).desc())
    place = sa.func.row_number().over(partition_by=col(Snapshot.source_id), order_by=order).label("place")
    ranked = sa.select(col(Snapshot.id), place).where(col(Snapshot.source_id).in_(source_ids)).subquery()
    select = sa.select(Snapshot).join(ranked, ranked.c.id == Snapshot.id)
    return select.where(ranked.c.place == 1, col(Snapshot.text).is_not(None))


def lengths(session: Session, source_ids: Collection[UUID]) -> list[int]:
    """Tell how long the newest texts of sources are, without reading them."""
    return list(session.scalars(_newest(source_ids).with_only_columns(col(Snapshot.length))))


def _texts(session: Session, source_ids: Collection[UUID], country: str | None) -> tuple[dict[UUID, Snapshot], dict[UUID, Asked]]:
    """Read the newest snapshots of sources, and make ready to ask their texts."""
    snapshots = {each.source_id: each for each in session.scalars(_newest(source_ids))}
    kept = session.scalars(sa.select(Source).where(col(Source.id).in_(snapshots)))
    return snapshots, {each.id: asked_of(each, snapshots[each.id].text or "", country) for each in kept}


def notes(session: Session, source_ids: Sequence[UUID]) -> list[str | None]:
    """Say of each source what keeps all from being suggested that its newest text says."""
    _, asked = _texts(session, source_ids, None)
    return [note_of(asked[id_]) if id_ in asked else NO_TEXT for id_ in source_ids]


def taken(session: Session, snapshots: Mapping[UUID, Snapshot]) -> dict[UUID, list[Placed]]:
    """List where the quotes of sources stand in their newest texts, with the claims, by source; without what was retracted."""
    select = (
        sa.select(Appearance, col(Snapshot.sha256), Claim)
        .join(Snapshot, col(Snapshot.id) == Appearance.snapshot_id)
        .join(Claim, col(Claim.id) == Appearance.claim_id)
        .where(
            col(Appearance.source_id).in_(snapshots),
            col(Appearance.quote_start).is_not(None),
            col(Appearance.retracted_at).is_(None),
            col(Claim.retracted_at).is_(None),
        )
        .order_by(col(Appearance.created_at), col(Appearance.id))
    )
    found: dict[UUID, list[Placed]] = {}
    for appearance, sha256, claim in session.execute(select):
        if sha256 == snapshots[appearance.source_id].sha256:
            found.setdefault(appearance.source_id, []).append(((appearance.quote_start, appearance.quote_end), claim))
    return found


def refused(session: Session, hashes: Collection[str]) -> dict[str, list[SuggestionRefusal]]:
    """List the refusals for texts, by the SHA-256 of each."""
    select = sa.select(col(Snapshot.sha256), SuggestionRefusal).join(Snapshot, col(Snapshot.id) == SuggestionRefusal.snapshot_id)
    found: dict[str, list[SuggestionRefusal]] = {}
    for sha256, refusal in session.execute(select.where(col(Snapshot.sha256).in_(hashes)).order_by(col(SuggestionRefusal.id))):
        found.setdefault(sha256, []).append(refusal)
    return found


def _settle(
    sha256: str,
    found: Sequence[Suggested],
    placed: Sequence[Placed],
    refusals: Sequence[SuggestionRefusal],
    known: Mapping[str, Claimant],
    alikes: Alikes,
) -> list[Suggestion]:
    """Say of the suggestions of a text what became of them."""
    settled = []
    for each in found:
        claim = claim_of(placed, each)
        state = state_of(claim, refusal_of(refusals, each))
        speaker = each.claimant and KnownSpeaker(**{**vars(each.claimant), "known": known.get(each.claimant.name)})
        said = {**vars(each), "claimant": speaker}
        settled.append(
            Suggestion(**said, id=global_id("Suggestion", id_of(sha256, each.statement)), state=state, claim=claim, alikes=alikes)
        )
    return settled


def _names(found: Collection[Sequence[Suggested]]) -> list[str]:
    """List the names of all speakers."""
    return sorted({each.claimant.name for several in found for each in several if each.claimant is not None})


def named(session: Session, name: str) -> Claimant | None:
    """Find the one claimant that has a name."""
    return claimants.named_all(session, [name]).get(name)


def of_text(session: Session, asked: Asked, kinds: Kinds, found: Sequence[Suggested] | None = None) -> list[Suggestion]:
    """Suggest what a text says that is no source's: nobody has decided about it. What was `found` in it is not looked for again."""
    found = suggest(asked, kinds) if found is None else found
    known = claimants.named_all(session, _names([found]))
    return _settle(asked.sha256, found, [], [], known, Alikes([each.statement.exact for each in found]))


def suggested(asked: Asked, kinds: Kinds) -> list[Suggested]:
    """Suggest what a text says; nothing where its language has no tables, as its note says."""
    try:
        return suggest(asked, kinds)
    except (NoTables, LanguageUnclear):
        return []


def asked_of_source(session: Session, source_id: UUID, country: str | None) -> Asked | None:
    """Make ready to ask the newest text of a source; None where no text is kept."""
    return _texts(session, [source_id], country)[1].get(source_id)


def of_sources(
    session: Session,
    source_ids: Sequence[UUID],
    country: str | None,
    kinds: Kinds,
    found_in: Mapping[str, Sequence[Suggested]] = MappingProxyType({}),
) -> list[list[Suggestion]]:
    """Suggest what the newest texts of sources say; nothing where no text is kept.

    What is found in a text already stands in `found_in`, by the SHA-256 of the text.
    """
    snapshots, asked = _texts(session, source_ids, country)
    found = {id_: found_in.get(each.sha256) or suggested(each, kinds) for id_, each in asked.items()}
    placed = taken(session, snapshots)
    refusals = refused(session, {each.sha256 for each in snapshots.values()})
    known = claimants.named_all(session, _names(found.values()))
    alikes = Alikes([each.statement.exact for several in found.values() for each in several])

    def settled(id_: UUID) -> list[Suggestion]:
        sha256 = snapshots[id_].sha256
        return _settle(sha256, found[id_], placed.get(id_, []), refusals.get(sha256, []), known, alikes)

    return [settled(id_) if id_ in found else [] for id_ in source_ids]
