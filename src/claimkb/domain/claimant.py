"""Who asserts, and by which names is a claimant found?"""

from collections.abc import Iterable, Sequence
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text

from claimkb.domain import normal_forms
from claimkb.domain.normal_forms import name_form, sound_keys
from claimkb.domain.record import CanBeSeen, Form, Name, Note, Term, Versioned
from claimkb.domain.refusals import Refusal


class ClaimantKind(Term):
    """What sort of claimant it is."""

    PERSON = "PERSON", "A named person; the author of a source is one."
    ORGANIZATION = "ORGANIZATION", "A company, a newspaper, a commission, an international body."
    GOVERNMENT = "GOVERNMENT", "A state or its government, speaking as one."
    UNNAMED_GROUP = "UNNAMED_GROUP", "People whom the source does not name: experts, officials, sources close to."


Office = Annotated[str, Rule(max_length=300, description="The office or role by which people know the claimant."), CanBeSeen]

MOST_ALIASES = 50
"""How many other names a claimant has at most."""

Aliases = Annotated[
    str, Rule(max_length=MOST_ALIASES * 301, description="Other names, and other spellings of the name: one a line.")
]
WikidataId = Annotated[str, Rule(max_length=20, pattern="^Q[1-9][0-9]*$", description="Its id in Wikidata, such as Q4152.")]


class Claimant(Versioned, table=True):
    """Who asserts: a person, an organisation, a government, or a group that the source does not name."""

    __tablename__ = "claimant"
    __table_args__ = (
        UniqueConstraint("name", "kind"),
        Index("ix_claimant_name_form", "name_form", "kind"),
        Index(
            "uq_claimant_wikidata_id",
            "wikidata_id",
            unique=True,
            sqlite_where=text("merged_into_id IS NULL AND wikidata_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NULL AND wikidata_id IS NOT NULL"),
        ),
    )

    name: Name = Field(description="The name; where two share it, with what tells them apart: John Smith (senator).")
    kind: ClaimantKind = Field(description="What sort of claimant it is.")
    aliases: Aliases | None = None
    office: Office | None = None
    note: Note | None = None
    wikidata_id: WikidataId | None = None
    merged_into_id: UUID | None = Field(
        default=None, foreign_key="claimant.id", description="The claimant that it turned out to be, and that has its claims."
    )
    name_form: Annotated[str | None, Form(normal_forms.name_form, ("name",))] = Field(
        default=None, description="The name as it looks."
    )
    filter_form: Annotated[str | None, Form(normal_forms.filter_form, ("name", "aliases", "office"))] = Field(
        default=None, description="What a filter looks for a text in."
    )


class KeySort(Term):
    """By what a claimant is looked up."""

    NAME = "NAME", "A name, as it looks."
    SOUND = "SOUND", "A word of a name, as it sounds."


class NameKey(SQLModel, table=True):
    """A key by which a claimant is found. Derived from its name and its aliases, and written with them."""

    __tablename__ = "name_key"

    sort: KeySort = Field(sa_type=sa.String(10), primary_key=True, description="By what the claimant is looked up.")
    key: str = Field(sa_type=sa.Text, primary_key=True, description="The normal form of a name, or the skeleton of a word.")
    claimant_id: UUID = Field(primary_key=True, index=True, description="The claimant.")


class AliasIsTheName(Refusal):
    """{alias} is the claimant's own name: leave it out of the aliases."""


def aliases_of(claimant: Claimant) -> list[str]:
    """List the other names of a claimant."""
    return claimant.aliases.split("\n") if claimant.aliases else []


def names_of(claimant: Claimant) -> list[str]:
    """List all names of a claimant, its own first."""
    return [claimant.name, *aliases_of(claimant)]


def aliases_without(claimant: Claimant, names: Iterable[str]) -> str | None:
    """Write the other names of a claimant, but for those that look like one of these."""
    gone = {name_form(each) for each in names}
    return written([each for each in aliases_of(claimant) if name_form(each) not in gone])


def written(aliases: Sequence[str] | None) -> str | None:
    """Write aliases as a claimant keeps them: one a line, each once."""
    lines: dict[str, str] = {}
    for each in aliases or []:
        lines.setdefault(name_form(each), " ".join(each.split()))
    return "\n".join(lines.values()) or None


def check_aliases(name: str, aliases: Iterable[str]) -> None:
    """Refuse an alias that is the claimant's own name."""
    for place, alias in enumerate(aliases):
        if name_form(alias) == name_form(name):
            raise AliasIsTheName("aliases", place, alias=alias)


def keys_of(claimant: Claimant) -> set[tuple[KeySort, str]]:
    """List the keys by which a claimant is found: one that was merged keeps its name, which nobody else may be given."""
    names = names_of(claimant) if claimant.merged_into_id is None else [claimant.name]
    keys = {(KeySort.NAME, name_form(name)) for name in names}
    if claimant.merged_into_id is None:
        keys |= {(KeySort.SOUND, key) for name in names for key in sound_keys(name)}
    return keys
