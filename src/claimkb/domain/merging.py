"""When two claimants turn out to be one: what may be merged, and what moves?"""

import json
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from claimkb.domain.claimant import MOST_ALIASES, Claimant, aliases_of, aliases_without, names_of, written
from claimkb.domain.normal_forms import name_form
from claimkb.domain.reference import global_id, parse_uuid
from claimkb.domain.refusals import AlreadyRecorded, Refusal, WrongState


class MergeMove(SQLModel, table=True):
    """A field of a record that a merge changed from one claimant to the other. It is there until that is undone."""

    __tablename__ = "merge_move"

    claimant_id: UUID = Field(foreign_key="claimant.id", primary_key=True, description="The claimant that was merged.")
    record_type: str = Field(sa_type=sa.String(40), primary_key=True, description="The kind of the record.")
    record_id: UUID = Field(primary_key=True, description="The record.")
    field: str = Field(sa_type=sa.String(40), primary_key=True, description="The field.")
    was_beside: bool = Field(default=False, description="Whether the field, which has several, named the other claimant too.")


class MergedIntoItself(Refusal):
    """A claimant cannot be merged into itself: name two."""


class OfAnotherKind(Refusal):
    """One is a {kind}, the other a {into}: only claimants of one kind can be the same. Correct the kind first."""


class OtherWikidataId(Refusal):
    """Wikidata knows them as two: {wikidata_id} and {into}. Correct the one that is wrong first."""


class AlreadyMerged(WrongState):
    """This claimant was merged into {id}: name that one."""


class NotMerged(WrongState):
    """This claimant was never merged, or no longer is."""


class MergedOn(WrongState):
    """What this claimant was merged into was itself merged, into {id}: take that apart first."""


class NameGivenSince(AlreadyRecorded):
    """{id} has the name {name} by now, which this claimant would get back: take it away there first."""


class OneIsPartOfTheOther(WrongState):
    """By what is recorded, one of these claimants belongs to the other: retract that membership first."""


class TooManyAliases(Refusal):
    """Together they have {size} names besides the one that stays, and a claimant has {most} at most: take some away first."""


def check_not_merged(claimant: Claimant, field: str) -> None:
    """Refuse a claimant that was merged into another."""
    if claimant.merged_into_id is not None:
        raise AlreadyMerged(field, id=global_id("Claimant", claimant.merged_into_id))


def check_merge(claimant: Claimant, into: Claimant, *, is_part: bool) -> None:
    """Refuse to merge what is one already, or cannot be the same."""
    if claimant.id == into.id:
        raise MergedIntoItself("into_id")
    check_not_merged(claimant, "claimant_id")
    check_not_merged(into, "into_id")
    if claimant.kind is not into.kind:
        raise OfAnotherKind("into_id", kind=claimant.kind, into=into.kind)
    if claimant.wikidata_id and into.wikidata_id:
        raise OtherWikidataId("into_id", wikidata_id=claimant.wikidata_id, into=into.wikidata_id)
    if is_part:
        raise OneIsPartOfTheOther("into_id")


def check_unmerge(claimant: Claimant, into: Claimant) -> None:
    """Refuse to take apart what is one no longer, or what was merged on with the other."""
    if claimant.merged_into_id != into.id:
        raise NotMerged("claimant_id")
    if into.merged_into_id is not None:
        raise MergedOn("claimant_id", id=global_id("Claimant", into.merged_into_id))


def take_names(claimant: Claimant, into: Claimant) -> None:
    """Give all names of a claimant to the one that it is merged into, and its id in Wikidata."""
    others = [each for each in names_of(claimant) if name_form(each) != name_form(into.name)]
    aliases = written([*aliases_of(into), *others])
    many = aliases.count("\n") + 1 if aliases else 0
    if many > MOST_ALIASES:
        raise TooManyAliases("into_id", size=many, most=MOST_ALIASES)
    into.aliases, into.wikidata_id = aliases, into.wikidata_id or claimant.wikidata_id


def give_names_back(claimant: Claimant, into: Claimant) -> None:
    """Take away from a claimant the names of another that was merged into it, and its id in Wikidata."""
    into.aliases = aliases_without(into, names_of(claimant))
    if into.wikidata_id == claimant.wikidata_id:
        into.wikidata_id = None


ONE, SEVERAL = ("claimant_id", "on_behalf_of_id"), "claimant_ids"
"""The fields of a saved filter that name one claimant, and the one that names several."""


def fields_naming(filter_: str, claimant_id: UUID) -> list[str]:
    """List the fields of a saved filter that name a claimant."""
    said = json.loads(filter_)
    found = [name for name in ONE if said.get(name) and parse_uuid(said[name]) == claimant_id]
    return found + [SEVERAL] * (claimant_id in map(parse_uuid, said.get(SEVERAL) or []))


def renamed(filter_: str, field: str, old: UUID, new: UUID, *, keep: bool = False) -> str:
    """Write a saved filter with another claimant in a field; with `keep`, beside the one that is there."""
    said = json.loads(filter_)
    if field == SEVERAL:
        ids = [str(new) if parse_uuid(each) == old else each for each in said[SEVERAL]]
        said[SEVERAL] = list(dict.fromkeys([*ids, str(old)] if keep else ids))
    else:
        said[field] = str(new)
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False)
