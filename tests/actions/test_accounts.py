"""Who may use claimkb is administered like all else: with refusals that change nothing, and a history."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import col

from claimkb.actions import accounts, claimants, outcomes, sessions
from claimkb.actions.work import Desk
from claimkb.domain import Announcement, Revision, Token, access
from claimkb.domain.account import RESERVED, Actor
from claimkb.domain.announcement import PRIVATE_REVISION
from claimkb.domain.permissions import Permission, Role, Scope
from claimkb.domain.policy import Policy
from claimkb.domain.refusals import Forbidden
from claimkb.domain.reviewing import OwnPrediction
from claimkb.domain.token import TokenKind, actor_of
from claimkb.identity import COMMAND_LINE, LOCAL_EDITOR
from tests.builders import NOON, a_claimant, a_desk, a_prediction, a_token, an_account, do, everything, refused

ORDER = claimants.RecordClaimant(name="The minister", kind="PERSON")


def test_a_program_gets_an_account_and_the_history_says_who_made_it(desk: Desk) -> None:
    made = an_account(desk, "Importer", "REPORTER", kind="PROGRAM")
    assert (made.name, made.kind, made.role, made.version, made.closed_at) == ("Importer", "PROGRAM", "REPORTER", 1, None)
    (revision,) = history(desk, made)
    assert (revision.action, revision.recorded_by) == ("createAccount", "command line")


def history(desk: Desk, record: object) -> list[Revision]:
    with desk.database.read() as session:
        found = sa.select(Revision).where(col(Revision.record_id) == record.id).order_by(col(Revision.version))  # type: ignore[attr-defined]
        return list(session.scalars(found))


def test_what_an_account_records_has_its_name(desk: Desk) -> None:
    ada = an_account(desk)
    recorded = do(desk, claimants.record_claimant, ORDER, actor_of(a_token(desk, ada), ada))
    assert [each.recorded_by for each in history(desk, recorded)] == ["Ada"]


def test_the_history_says_with_which_token_something_was_done_and_who_issued_it(desk: Desk) -> None:
    ada, bot = an_account(desk), an_account(desk, "Bot", "REPORTER", kind="PROGRAM")
    first = a_token(desk, ada)
    issued = do(desk, accounts.create_token, accounts.CreateToken(account_id=bot.id, name="importer"), actor_of(first, ada))
    recorded = do(desk, claimants.record_claimant, ORDER, actor_of(issued, bot))
    with_which = [(each.recorded_by, each.token_prefix, each.token_issued_by) for each in history(desk, recorded)]
    assert with_which == [("Bot", issued.prefix, "Ada")]
    (made,) = history(desk, issued)
    assert (issued.issued_by, made.token_prefix, made.token_issued_by) == ("Ada", first.prefix, "command line")
    (by_hand,) = history(desk, ada)
    assert (by_hand.recorded_by, by_hand.token_prefix, by_hand.token_issued_by) == ("command line", None, None)


@pytest.mark.parametrize("name", [*sorted(RESERVED), "Seed", "LOCAL EDITOR"])
def test_the_names_of_what_has_no_account_are_not_given(sqlite_desk: Desk, name: str) -> None:
    order = accounts.CreateAccount(name=name, role="READER")
    refused(sqlite_desk, access.NameReserved, accounts.create_account, order, COMMAND_LINE)


def test_a_name_is_never_given_twice_not_even_after_its_account_was_closed(desk: Desk) -> None:
    an_account(desk, "Root")
    ada = an_account(desk)
    do(desk, accounts.close_account, accounts.CloseAccount(account_id=ada.id, reason="Left."), COMMAND_LINE)
    refused(desk, access.NameTaken, accounts.create_account, accounts.CreateAccount(name="Ada", role="READER"), COMMAND_LINE)


def test_the_last_administrator_can_neither_be_closed_nor_trusted_with_less(desk: Desk) -> None:
    ada = an_account(desk)
    close = accounts.CloseAccount(account_id=ada.id, reason="r")
    demote = accounts.ChangeRole(account_id=ada.id, role="EDITOR")
    refused(desk, access.LastAdmin, accounts.close_account, close, COMMAND_LINE)
    refused(desk, access.LastAdmin, accounts.change_role, demote, COMMAND_LINE)
    an_account(desk, "Bea")
    assert do(desk, accounts.change_role, demote, COMMAND_LINE).role is Role.EDITOR
    assert do(desk, accounts.close_account, close, COMMAND_LINE).closed_at == NOON


def test_a_closed_account_gets_no_token_and_can_be_opened_again(desk: Desk) -> None:
    ada = an_account(desk, role="EDITOR")
    close = accounts.CloseAccount(account_id=ada.id, reason="r")
    again = accounts.ReopenAccount(account_id=ada.id, reason="r")
    refused(desk, access.NotClosed, accounts.reopen_account, again, COMMAND_LINE)
    do(desk, accounts.close_account, close, COMMAND_LINE)
    refused(desk, access.AlreadyClosed, accounts.close_account, close, COMMAND_LINE)
    refused(desk, access.AccountClosed, accounts.create_token, accounts.CreateToken(account_id=ada.id, name="n"), COMMAND_LINE)
    assert do(desk, accounts.reopen_account, again, COMMAND_LINE).closed_at is None


def test_a_token_is_good_for_a_year_and_for_all_but_administration_unless_told_otherwise(desk: Desk) -> None:
    ada = an_account(desk)
    issued = do(desk, accounts.create_token, accounts.CreateToken(account_id=ada.id, name="n"), COMMAND_LINE)
    assert (issued.expires_on, issued.scopes) == (date(2027, 11, 23), "READ RECORD RESOLVE")
    assert a_token(desk, ada, scopes=["ADMIN"]).scopes == "READ ADMIN"


def test_the_secret_is_in_the_answer_and_nowhere_else(desk: Desk) -> None:
    issued = a_token(desk, an_account(desk))
    secret = issued.secret.get_secret_value().rpartition(issued.prefix + "_")[2]
    assert len(secret) == 43
    kept = str(everything(desk))
    assert secret not in kept
    assert kept.count(issued.secret_hash) == 1
    with desk.database.read() as session:
        assert session.get_one(Token, issued.id).secret.get_secret_value() == ""


def test_changes_of_accounts_and_tokens_are_not_announced(desk: Desk) -> None:
    a_token(desk, an_account(desk))
    with desk.database.read() as session:
        assert set(session.scalars(sa.select(col(Announcement.topic)))) == {PRIVATE_REVISION}  # to which nobody subscribes


def test_a_token_that_is_over_before_it_begins_is_refused(desk: Desk) -> None:
    order = accounts.CreateToken(account_id=an_account(desk).id, name="n", expires_on=date(2026, 11, 22))
    refused(desk, access.ExpiresInThePast, accounts.create_token, order, COMMAND_LINE)
    assert a_token(desk, an_account(desk, "Bea"), expires_on=date(2026, 11, 23)).expires_on == date(2026, 11, 23)


def test_a_token_is_revoked_once(desk: Desk) -> None:
    order = accounts.RevokeToken(token_id=a_token(desk, an_account(desk)).id, reason="Seen.")
    assert do(desk, accounts.revoke_token, order, COMMAND_LINE).revoked_at == NOON
    refused(desk, access.AlreadyRevoked, accounts.revoke_token, order, COMMAND_LINE)


def test_who_was_let_in_and_is_not_any_more_writes_nothing(desk: Desk) -> None:
    an_account(desk, "Root")
    ada = an_account(desk)
    acting = actor_of(a_token(desk, ada), ada)
    do(desk, accounts.close_account, accounts.CloseAccount(account_id=ada.id, reason="Left."), COMMAND_LINE)
    refused(desk, access.TokenRefused, claimants.record_claimant, ORDER, acting)


def test_a_revoked_and_an_expired_token_write_nothing(desk: Desk, url: str) -> None:
    ada = an_account(desk)
    token, short = a_token(desk, ada), a_token(desk, ada, expires_on=date(2026, 11, 24))
    do(desk, accounts.revoke_token, accounts.RevokeToken(token_id=token.id, reason="Seen."), COMMAND_LINE)
    refused(desk, access.TokenRefused, claimants.record_claimant, ORDER, actor_of(token, ada))
    later = a_desk(url, NOON + timedelta(days=2))
    refused(later, access.TokenRefused, claimants.record_claimant, ORDER, actor_of(short, ada))
    later.database.close()
    do(desk, claimants.record_claimant, ORDER, actor_of(short, ada))


def test_a_role_that_was_changed_counts_from_the_next_transaction_on(desk: Desk) -> None:
    ada = an_account(desk, role="EDITOR")
    acting = actor_of(a_token(desk, ada), ada)
    do(desk, accounts.change_role, accounts.ChangeRole(account_id=ada.id, role="READER"), COMMAND_LINE)
    refused(desk, Forbidden, claimants.record_claimant, ORDER, acting)


def test_the_local_editor_of_a_server_is_shut_out_by_the_first_account(desk: Desk) -> None:
    here = Actor(LOCAL_EDITOR.name, LOCAL_EDITOR.role, is_local=True)
    do(desk, claimants.record_claimant, ORDER, here)
    an_account(desk)
    refused(desk, access.DoorShut, claimants.record_claimant, claimants.RecordClaimant(name="Another", kind="PERSON"), here)
    a_claimant(desk, "Whoever runs commands on this machine may go on")


READING = {Permission.READ, Permission.READ_TEXT, Permission.FOLLOW}
"""What every account may."""


def test_a_scope_leaves_of_a_role_what_it_names(desk: Desk) -> None:
    ada = an_account(desk, role="EDITOR")
    acting = actor_of(a_token(desk, ada, scopes=[Scope.RECORD]), ada)
    assert acting.permissions == {*READING, Permission.RECORD, Permission.UPDATE, Permission.RETRACT, Permission.MERGE}
    assert actor_of(a_token(desk, ada, scopes=[Scope.ADMIN]), ada).permissions == READING


def test_where_the_desk_says_so_somebody_else_resolves_a_prediction(desk: Desk) -> None:
    ada, bea = (actor_of(a_token(desk, account), account) for account in (an_account(desk), an_account(desk, "Bea")))
    strict = replace(desk, policy=Policy(own_predictions=False))
    mine = a_prediction(desk, actor=ada)
    order = outcomes.ResolvePrediction(prediction_id=mine.id, verdict="YES", rationale="r", no_evidence_reason="n")
    refused(strict, OwnPrediction, outcomes.resolve_prediction, order, ada)
    assert do(strict, outcomes.resolve_prediction, order, bea).proposed_by == "Bea"
    again = a_prediction(desk, actor=ada)
    assert do(desk, outcomes.resolve_prediction, order.model_copy(update={"prediction_id": again.id}), ada).proposed_by == "Ada"


def test_who_revokes_waits_for_what_the_token_writes_and_what_comes_after_is_refused(desk: Desk) -> None:
    if desk.database.is_sqlite:
        pytest.skip("On SQLite there is one writer at a time.")
    ada = an_account(desk)
    shown = a_token(desk, ada)
    acting = actor_of(shown, ada)
    revoke = accounts.RevokeToken(token_id=shown.id, reason="Seen.")
    with ThreadPoolExecutor(1) as others:
        with desk.work(acting) as work:
            revoking = others.submit(do, desk, accounts.revoke_token, revoke, COMMAND_LINE)
            with pytest.raises(TimeoutError):
                revoking.result(timeout=0.3)
            claimants.record_claimant(work, ORDER)
        assert revoking.result(timeout=5).revoked_at == NOON
    refused(desk, access.TokenRefused, claimants.record_claimant, ORDER, acting)


def test_a_password_that_was_changed_since_it_was_compared_signs_nobody_in(desk: Desk) -> None:
    ada = an_account(desk)
    shown = do(desk, accounts.invite, accounts.Invite(account_id=ada.id), COMMAND_LINE)
    chosen = sessions.ChoosePassword(account_id=ada.id, right_for=None, device="d", password_hash=SecretStr("the first"))
    do(desk, sessions.choose_password, chosen, actor_of(shown, ada))
    acting = Actor("Ada", Role.ADMIN, account_id=ada.id)
    order = sessions.SignIn(account_id=ada.id, right_for=SecretStr("an older one"), device="d")
    refused(desk, access.SignInRefused, sessions.sign_in, order, acting)
    refused(desk, access.InvitationRefused, sessions.choose_password, chosen, actor_of(shown, ada))
    assert (
        do(desk, sessions.sign_in, order.model_copy(update={"right_for": SecretStr("the first")}), acting).kind is TokenKind.SESSION
    )


def test_two_administrators_who_close_each_other_at_once_leave_one(desk: Desk) -> None:
    accounts_of = {name: an_account(desk, name) for name in ("Ada", "Bea")}
    acting = {name: actor_of(a_token(desk, each), each) for name, each in accounts_of.items()}

    def close(name: str, other: str) -> None:
        order = accounts.CloseAccount(account_id=accounts_of[other].id, reason="r")
        with desk.work(acting[name], alone=True) as work:
            accounts.close_account(work, order)

    with ThreadPoolExecutor(2) as others:
        done = [others.submit(close, "Ada", "Bea"), others.submit(close, "Bea", "Ada")]
    assert sorted(type(each.exception()).__name__ for each in done) == ["NoneType", "TokenRefused"]
