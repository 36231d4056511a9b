"""Who asserts?"""

from typing import Annotated

from pydantic import Field as Rule
from sqlmodel import Field, Index, UniqueConstraint

from claimkb.domain import normal_forms
from claimkb.domain.record import CanBeSeen, Form, Name, Note, Term, Versioned


class ClaimantKind(Term):
    """What sort of claimant it is."""

    PERSON = "PERSON", "A named person; the author of a source is one."
    ORGANIZATION = "ORGANIZATION", "A company, a newspaper, a commission, an international body."
    GOVERNMENT = "GOVERNMENT", "A state or its government, speaking as one."
    UNNAMED_GROUP = "UNNAMED_GROUP", "People whom the source does not name: experts, officials, sources close to."


Office = Annotated[str, Rule(max_length=300, description="The office or role by which people know the claimant."), CanBeSeen]


class Claimant(Versioned, table=True):
    """Who asserts: a person, an organisation, a government, or a group that the source does not name."""

    __tablename__ = "claimant"
    __table_args__ = (UniqueConstraint("name", "kind"), Index("ix_claimant_name_form", "name_form", "kind"))

    name: Name = Field(description="The name; where two share it, with what tells them apart: John Smith (senator).")
    kind: ClaimantKind = Field(description="What sort of claimant it is.")
    office: Office | None = None
    note: Note | None = None
    name_form: Annotated[str | None, Form(normal_forms.name_form, ("name",))] = Field(
        default=None, description="The name as it looks."
    )
    filter_form: Annotated[str | None, Form(normal_forms.filter_form, ("name", "office"))] = Field(
        default=None, description="What a filter looks for a text in."
    )
