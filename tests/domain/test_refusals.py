"""Refusals are facts whose docstring is the message."""

import re
from typing import Any

import pytest

from claimkb.domain import refusals
from claimkb.domain.refusals import NotFound, Refusal, within


def every(of: type[Refusal]) -> list[type[Refusal]]:
    return [of, *(deeper for each in of.__subclasses__() for deeper in every(each))]


@pytest.mark.parametrize("refusal", every(Refusal), ids=lambda each: each.__name__)
def test_every_refusal_says_what_is_wrong_in_a_sentence(refusal: type[Refusal]) -> None:
    names: dict[str, Any] = dict.fromkeys(re.findall(r"\{(\w+)", refusal.__doc__ or ""), "that")
    message = str(refusal(**names))
    assert message.endswith((".", "that"))
    assert "\n" not in message
    assert "{" not in message


def test_a_refusal_inside_a_part_of_the_order_names_the_whole_path() -> None:
    with pytest.raises(NotFound) as caught, within("evidence", 0):
        raise NotFound("source_id", kind="Source", id="x")
    assert caught.value.field == ("evidence", 0, "source_id")


def test_the_codes_tell_what_kind_of_mistake_it_is() -> None:
    assert refusals.NotFound.code is refusals.UserErrorCode.NOT_FOUND
    assert refusals.StaleVersion.code is refusals.UserErrorCode.CONFLICT
    assert refusals.AlreadyRecorded.code is refusals.UserErrorCode.DUPLICATE
    assert refusals.AlreadyResolved.code is refusals.UserErrorCode.WRONG_STATE
    assert refusals.InTheFuture.code is refusals.UserErrorCode.INVALID
