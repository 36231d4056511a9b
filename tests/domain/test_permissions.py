"""The page of policy."""

import pytest

from claimkb.domain.account import Actor
from claimkb.domain.permissions import GRANTED, SCOPED, Permission, Role, Scope
from claimkb.domain.refusals import Forbidden


def test_each_role_may_do_what_the_one_below_it_may() -> None:
    assert GRANTED[Role.READER] < GRANTED[Role.REPORTER] < GRANTED[Role.EDITOR] < GRANTED[Role.ADMIN] == set(Permission)


def test_every_permission_is_in_exactly_one_scope() -> None:
    assert sorted(each for scope in Scope for each in SCOPED[scope]) == sorted(Permission)


def test_a_reader_reads_and_a_reporter_resolves() -> None:
    assert GRANTED[Role.READER] == {Permission.READ, Permission.READ_TEXT, Permission.FOLLOW}
    assert GRANTED[Role.REPORTER] == GRANTED[Role.READER] | {
        Permission.RECORD,
        Permission.UPDATE,
        Permission.RESOLVE,
        Permission.REVIEW,
        Permission.ASSIGN,
    }


def test_who_may_not_is_told_which_permission_it_takes() -> None:
    with pytest.raises(Forbidden, match=r"Rea may not do this: it takes the permission RESOLVE"):
        Actor("Rea", Role.READER).need(Permission.RESOLVE)
    Actor("Edith", Role.EDITOR).need(Permission.REOPEN)
