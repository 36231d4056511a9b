"""What is refused to who asks to be let in, and to who administers; refusals.py has the refusals of what is recorded."""

from claimkb.domain.refusals import Refusal, UserErrorCode


class Unauthenticated(Refusal):
    """Say who you are: send a token in the header Authorization, after the word Bearer. An administrator issues them."""


class TokenRefused(Unauthenticated):
    """This token is not accepted: it is unknown, has expired or was revoked, or its account is closed. Ask an administrator."""


class DoorShut(Unauthenticated):
    """There are accounts now, so nobody gets in unknown: send a token in the header Authorization, or sign in at /sign-in."""


class NobodyActs(Refusal):
    """There are accounts, so the history has to say who does this: name yours with --as ACCOUNT, or in CLAIMKB_AS.
    claimkb account list shows those that there are.
    """


class SignedOut(Unauthenticated):
    """You are not signed in any more: the days are over, or it was ended. Sign in again at /sign-in."""


class SignInAgain(Unauthenticated):
    """This lets somebody in, or sends something out, and you signed in more than {minutes} ago.
    Show once more that it is you: sign in again at /sign-in, then repeat it.
    """


class SignInRefused(Unauthenticated):
    """The name, the password and, if you have a second factor, its code do not belong together, or the account is closed.
    A code is taken once: wait for the next one. An administrator can invite you anew.
    """


class CodeRefused(SignInRefused):  # noqa: D101 - in the same words: nobody is told that the password was right
    __doc__ = SignInRefused.__doc__


class SetUpSecondFactor(Unauthenticated):
    """This newsroom wants a second factor of everybody who signs in: set yours up at /second-factor."""


class CodeNotOfThisSecret(Refusal):
    """The app does not show this code for this secret. Type the one that it shows now; your device's clock has to be right."""


class HasSecondFactor(Refusal):
    """You have a second factor already: take it away before you set up another one."""

    code = UserErrorCode.WRONG_STATE


class InvitationRefused(Unauthenticated):
    """This invitation is not accepted: it was used, is over, or was never made. An administrator can invite you anew."""


class FeedRefused(Unauthenticated):
    """The key in this address is not accepted: it is unknown, has expired or was revoked. Make another one (createFeedKey)."""


class PasswordTooShort(Refusal):
    """A password has {shortest} characters or more: several words that do not belong together are easy to keep in mind."""


class PasswordTooLong(Refusal):
    """A password has {longest} characters at most."""


class PasswordTooPlain(Refusal):
    """This password is guessed early: without your name, what is often typed and what it repeats, too little is left of it."""


class PersonsMakeTheirOwn(Refusal):
    """{name} is a person, who makes their own tokens: invite them, and once they have signed in, createToken makes one."""


class NotFromAToken(Refusal):
    """A token makes no other one: sign in with a browser at /sign-in, or show one that has the scope ADMIN."""


class NotByAToken(Refusal):
    """How a person signs in is decided by people, not by a token: sign in with a browser at /sign-in, or use the command line."""


class NotYourOwn(Refusal):
    """This is for other people: choose your password at /password, and your second factor at /second-factor."""


class MoreThanYouShow(Refusal):
    """What you show does not have the scope {scope}, so nothing that you make with it does."""


class TooManyKeys(Refusal):
    """You have {most} keys that are in force, as many as there may be: revoke one that you do not need (revokeFeedKey)."""


class TooManyTokens(Refusal):
    """{name} has {most} tokens that are in force, as many as there may be: revoke one that is not needed (revokeToken)."""


class NotAPerson(Refusal):
    """{name} is a program: it gets in with a token, not with a password."""


class NoAccount(Refusal):
    """There is no account with the name {name}: claimkb account list shows those that there are."""

    code = UserErrorCode.NOT_FOUND


class NoToken(Refusal):
    """There is no token that begins with {prefix}: claimkb token list shows those that there are."""

    code = UserErrorCode.NOT_FOUND


class NameReserved(Refusal):
    """The history gives the name {name} to what has no account. Choose another."""


class NameTaken(Refusal):
    """The name {name} belongs to an account already, perhaps a closed one. Names are never given twice: choose another."""

    code = UserErrorCode.DUPLICATE


class AccountDiffers(Refusal):
    """There is an account {name} already, and it is {there}, not {wanted}. claimkb account role changes what it is trusted with."""

    code = UserErrorCode.DUPLICATE


class NoSecondFactor(Refusal):
    """The account {name} has no second factor."""

    code = UserErrorCode.WRONG_STATE


class LastAdmin(Refusal):
    """{name} is the only administrator left. Make another one first: nobody could let anybody in again."""

    code = UserErrorCode.WRONG_STATE


class AlreadyClosed(Refusal):
    """The account {name} is closed already."""

    code = UserErrorCode.WRONG_STATE


class NotClosed(Refusal):
    """The account {name} is not closed."""

    code = UserErrorCode.WRONG_STATE


class AccountClosed(Refusal):
    """The account {name} is closed: name another, or have an administrator open it again first."""

    code = UserErrorCode.WRONG_STATE


class AlreadyRevoked(Refusal):
    """The token {prefix} is revoked already."""

    code = UserErrorCode.WRONG_STATE


class ExpiresInThePast(Refusal):
    """{day} is over; today is {today}. Name the last day on which the token shall work."""
