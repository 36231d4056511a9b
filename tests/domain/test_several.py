"""All mistakes of a command are told at once, each at its place."""

import pytest

from claimkb.domain.permissions import Permission
from claimkb.domain.refusals import Forbidden, HasDueDate, NotFound, NotToCome, Refusal, within
from claimkb.domain.several import Mistakes, Several, in_list


def several(*refusals: Refusal) -> Several:
    """Keep refusals as mistakes, and raise them."""
    mistakes = Mistakes()
    for place, each in enumerate(refusals):
        with mistakes.at("ids", place):
            raise each
    with pytest.raises(Several) as caught:
        mistakes.refuse()
    return caught.value


def test_each_mistake_keeps_its_place_also_within_a_greater_command() -> None:
    refusal = several(NotFound(kind="Claim", id="x"), HasDueDate("prediction_id", due_on="2026-01-01"))
    with pytest.raises(Several), within("claims", 7):
        raise refusal
    assert [each.field for each in refusal.refusals] == [("claims", 7, "ids", 0), ("claims", 7, "ids", 1, "prediction_id")]


def test_mistakes_of_mistakes_are_one_list() -> None:
    inner, mistakes = several(NotFound(kind="Claim", id="x"), NotFound(kind="Claim", id="y")), Mistakes()
    for each in (inner, NotFound(kind="Source", id="z")):
        with mistakes.at("story"):
            raise each
    with pytest.raises(Several) as caught:
        mistakes.refuse()
    assert [each.field for each in caught.value.refusals] == [("story", "ids", 0), ("story", "ids", 1), ("story",)]


def test_the_message_of_several_mistakes_has_that_of_each() -> None:
    refusal = several(NotFound(kind="Claim", id="x"), NotFound(kind="Claim", id="y"))
    assert str(refusal) == "There are 2 mistakes. There is no Claim with the id x. There is no Claim with the id y."


def test_the_same_mistake_is_told_once_and_as_itself() -> None:
    mistakes = Mistakes()
    for _ in range(2):
        with mistakes.at():
            raise NotToCome("until", day="2026-01-01", today="2026-01-01")
    with pytest.raises(NotToCome):
        mistakes.refuse()


def test_a_command_without_a_mistake_goes_on() -> None:
    mistakes = Mistakes()
    with mistakes.at("ids", 0):
        pass
    mistakes.refuse()


def test_a_missing_permission_ends_a_command_at_once() -> None:
    with pytest.raises(Forbidden), Mistakes().at("ids", 0):
        raise Forbidden(actor="Ann", permission=Permission.ASSIGN)


def test_what_is_refused_of_one_record_stands_at_its_place_in_a_list() -> None:
    with pytest.raises(HasDueDate) as caught, in_list("prediction_ids", 3, "prediction_id"):
        raise HasDueDate("prediction_id", due_on="2026-01-01")
    assert caught.value.field == ("prediction_ids", 3)
