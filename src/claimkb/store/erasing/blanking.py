"""How are words blanked everywhere at once? In the transaction of the action, past the history: it is blanked with the records.

No revision is written and no version goes up, so what the history says of a record is still what the record shows. What is computed
from words is computed anew: normal forms, search words, fingerprints of texts, seals.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from claimkb.domain import (
    Account,
    AnchorProposal,
    Appearance,
    Channel,
    Claim,
    Claimant,
    Performed,
    Prediction,
    Revision,
    SearchEntry,
    Snapshot,
    Source,
    Token,
)
from claimkb.domain.erasure import BLANK, Digest, Erased, Words, cut
from claimkb.domain.record import Form
from claimkb.domain.revision import canonical
from claimkb.domain.seal import SEALED, seal_of
from claimkb.domain.searching import FOUND_BY
from claimkb.domain.source import fingerprint
from claimkb.store import claim_vectors, name_keys, search
from claimkb.store.engine import records
from claimkb.store.engine.forms import FORMS
from claimkb.store.erasing import rows, triggers
from claimkb.store.erasing.columns import UNIQUE, WORDS

AT_ONCE = 500
"""How many ids stand in one statement."""

_SHARED = (Account, Channel, Token)
"""Of these every request reads rows with a lock: they may go on meanwhile."""

_FORMS: Mapping[type[Any], Mapping[str, Form]] = FORMS

Random = Callable[[int], bytes]


def forget_request(session: Session, by: str, at: datetime) -> list[tuple[str, str]]:
    """Take away the hash of the request that is being performed, because it could confirm a guess at the text in it.

    Return its key and its place in the answer, if it has a key.
    """
    table = records.table_of(Performed)
    own = (table.c.by == by, table.c.performed_at == at, table.c.record_id.is_(None))
    forget = sa.update(table).where(*own).values(request="0" * 64).returning(table.c.key, table.c.place)
    return [(key, place) for key, place in session.connection().execute(forget)]


def erase(session: Session, words: Words, erasure_id: UUID, random: Random) -> Erased:
    """Blank words in every record and in the history."""
    connection = session.connection()
    _keep_others_out(connection)
    with triggers.aside(connection):
        blanking = _Blanking(session, words, erasure_id, random)
        blanking.blank_records()
        blanking.blank_history()
        blanking.compute_anew()
    return Erased(blanking.places, blanking.revisions, frozenset(blanking.records), _digest(connection))


def _keep_others_out(connection: sa.Connection) -> None:
    """Let no other transaction change what holds words, nor write into the history what it read before."""
    if connection.dialect.name == "postgresql":
        shared = ", ".join(sorted(records.table_of(kind).name for kind in _SHARED))
        alone = ", ".join(sorted(records.table_of(kind).name for kind in WORDS if kind not in _SHARED))
        connection.execute(sa.text(f"LOCK TABLE {alone} IN EXCLUSIVE MODE"))
        connection.execute(sa.text(f"LOCK TABLE {shared} IN SHARE ROW EXCLUSIVE MODE"))


def _digest(connection: sa.Connection) -> str:
    """Compute the digest of all revisions of which something was erased."""
    table, digest = records.table_of(Revision), Digest()
    erased = sa.select(table).where(table.c.erasure_id.is_not(None)).order_by(table.c.record_id, table.c.version)
    for row in connection.execute(erased).mappings():
        digest.add(dict(row))
    return digest.value()


def _chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """Cut ids into lists that one statement takes."""
    every = sorted(ids)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def _longest(column: sa.Column[Any]) -> int:
    """Tell how many characters a column takes."""
    most: int = column.type.length  # type: ignore[attr-defined]
    return most


class _Blanking:
    """One erasure: what it has changed so far."""

    def __init__(self, session: Session, words: Words, erasure_id: UUID, random: Random) -> None:
        self._session, self._connection = session, session.connection()
        self._words, self._erasure_id, self._random = words, erasure_id, random
        self.places: Counter[tuple[str, str]] = Counter()
        self.revisions = 0
        self.records: set[UUID] = set()
        self._found_anew: dict[type[SQLModel], set[UUID]] = defaultdict(set)
        """The records whose search words change."""
        self._told: dict[UUID, dict[str, tuple[Any, Any]]] = defaultdict(dict)
        """The fields that were written anew by more than blanks: the history has to say the same."""

    def blank_records(self) -> None:
        """Blank the words in all records: snapshots first, because quotes are cut from them."""
        for row in rows.of_kind(self._session, Snapshot, self._words):
            self._blank_snapshot(row)
        for kind in WORDS:
            if kind not in (Revision, Snapshot):
                for row in rows.of_kind(self._session, kind, self._words):
                    self._make_unique(row)
                    self._write(kind, row.values, row.blanked)

    def _blank_snapshot(self, row: rows.Row) -> None:
        """Blank the text of a snapshot, and cut anew the quotes that are anchored in it."""
        id_, text, blanked = row.values["id"], row.values["text"], row.blanked.get("text")
        if blanked is not None:
            same = (col(Snapshot.source_id) == row.values["source_id"], col(Snapshot.id) != id_)
            while self._is_there(col(Snapshot.sha256) == fingerprint(blanked), *same):
                blanked += BLANK  # two texts of a source that differed in the words alone
            computed = {"text": blanked, "sha256": fingerprint(blanked), "length": len(blanked)}
            self._told[id_] = {name: (row.values[name], computed[name]) for name in ("sha256", "length")}
            self._cut(id_, text, blanked)
            row.blanked.update(computed)
        self._write(Snapshot, row.values, row.blanked)

    def _cut(self, snapshot_id: UUID, text: str, blanked: str) -> None:
        """Cut anew the quotes that are anchored in a snapshot."""
        table = records.table_of(Appearance)
        for quote in map(
            dict, self._connection.execute(sa.select(table).where(table.c.snapshot_id == snapshot_id)).mappings().all()
        ):
            if said := cut(quote, text, blanked):
                self._told[quote["id"]] |= {name: (quote[name], value) for name, value in said.items()}
                self._write(Appearance, quote, said)
        self._cut_proposals(snapshot_id, text, blanked)

    def _cut_proposals(self, snapshot_id: UUID, text: str, blanked: str) -> None:
        """Cut anew the words of a snapshot that are proposed for quotes."""
        table = records.table_of(AnchorProposal)
        of_it = sa.select(table).where(table.c.snapshot_id == snapshot_id, table.c.start.is_not(None))
        for row in map(dict, self._connection.execute(of_it).mappings().all()):
            place = slice(row["start"], row["end"])
            if text[place] == row["exact"] != blanked[place]:
                self._told[row["id"]] |= {"exact": (row["exact"], blanked[place])}
                self._write(AnchorProposal, row, {"exact": blanked[place]})

    def _make_unique(self, row: rows.Row) -> None:
        """Put a number behind a name or an address where another one was blanked to the same."""
        name, within = UNIQUE.get(row.kind, ("", ()))
        if name not in row.blanked:
            return
        table, plain, number = records.table_of(row.kind), row.blanked[name], 1
        others = [table.c.id != row.values["id"], *(table.c[each] == row.values[each] for each in within)]
        while self._is_there(table.c[name] == row.blanked[name], *others):
            number += 1
            end = f"{'-' if row.kind is Source else ' '}{number}"
            row.blanked[name] = plain[: _longest(table.c[name]) - len(end)] + end
        self._told[row.values["id"]][name] = (row.values[name], row.blanked[name])

    def _is_there(self, *where: sa.ColumnElement[bool]) -> bool:
        """Tell whether there is a row."""
        return self._connection.scalar(sa.select(sa.literal(1)).where(*where).limit(1)) is not None

    def _write(self, kind: type[SQLModel], values: Mapping[str, Any], said: Mapping[str, Any]) -> None:
        """Write columns of a row, and the normal forms of them; note what has to be computed anew."""
        table, new = records.table_of(kind), SimpleNamespace(**{**values, **said})
        forms = {name: form.read(new) for name, form in _FORMS.get(kind, {}).items()}
        where = [key == values[key.name] for key in rows.key_of(kind)]
        self._connection.execute(sa.update(table).where(*where).values({**said, **forms}))
        self.places.update((table.name, name) for name in said if name in WORDS[kind])
        if "id" in values:
            self.records.add(values["id"])
        if kind in FOUND_BY:
            self._found_anew[kind].add(values["id"])
        if kind in (Appearance, Prediction):
            self._found_anew[Claim].add(values["claim_id"])

    def blank_history(self) -> None:
        """Blank the words in the revisions: first in those of records that were written anew by more than blanks."""
        about = records.table_of(Revision).c.record_id
        for ids in _chunks(self._told):
            self._blank_revisions(about.in_(ids))
        self._blank_revisions(rows.may_hold(Revision, self._words))

    def _blank_revisions(self, where: sa.ColumnElement[bool] | None) -> None:
        """Blank the words in the revisions that meet a condition. Their hashes stay; without their salts these confirm no guess."""
        table = records.table_of(Revision)
        for each in rows.candidates(self._session, Revision, where):
            if said := rows.blank_revision(each, self._words, self._told.get(each["record_id"])):
                said = self._seal_anew(each, said) | {"erasure_id": self._erasure_id, "salt": None}
                self._connection.execute(sa.update(table).where(table.c.id == each["id"]).values(said))
                self.revisions += 1
                self.records.add(each["record_id"])

    def _seal_anew(self, revision: Mapping[str, Any], said: dict[str, Any]) -> dict[str, Any]:
        """Compute the seal of a prediction over what is blanked, where it is that of the first revision."""
        if (revision["record_type"], revision["version"]) != ("Prediction", 1) or "after" not in said:
            return said
        before, after = json.loads(revision["after"]), json.loads(said["after"])
        if before.get("seal") != seal_of({name: before.get(name) for name in SEALED}):
            return said
        after["seal"] = seal_of({name: after.get(name) for name in SEALED})
        sealed = (col(Prediction.id) == revision["record_id"], col(Prediction.seal) == before["seal"])
        self._connection.execute(sa.update(records.table_of(Prediction)).where(*sealed).values(seal=after["seal"]))
        return said | {"after": canonical(after)}

    def compute_anew(self) -> None:
        """Compute the search words anew, and take away the hashes of requests that led to the records."""
        self._session.expire_all()
        for kind, (_, _) in FOUND_BY.items():
            for ids in _chunks(self._found_anew[kind]):
                self._enter(kind, ids)
        for ids in _chunks(self.records):
            led = records.table_of(Performed)
            self._connection.execute(sa.update(led).where(led.c.record_id.in_(ids)).values(request=self._random(32).hex()))

    def _enter(self, kind: Any, ids: list[UUID]) -> None:
        """Write the search entries of records anew."""
        said, entries = search.said_of(self._session, ids) if kind is Claim else {}, records.table_of(SearchEntry)
        if kind is Claim:
            claim_vectors.forget(self._connection, ids)
        for record in filter(None, records.by_ids(self._session, kind, ids)):
            of_sources = said.get(record.id)
            if isinstance(record, Claimant):
                name_keys.write(self._connection, [record])
            values = {"words": search.folded(record, of_sources), "said": of_sources}
            self._connection.execute(sa.update(entries).where(entries.c.record_id == record.id).values(values))
