"""Who is let in again, and told again, by a back-up? What was in force then is in force once more, also what was closed since."""

from dataclasses import dataclass

from claimkb.actions.accounts import RevokeToken, revoke_token
from claimkb.actions.channels import CloseChannel, close_channel
from claimkb.actions.work import Work
from claimkb.domain import Account, Channel, Token
from claimkb.domain.reference import global_id
from claimkb.store import accounts, channels

REASON = "Restored from a back-up."


@dataclass(frozen=True)
class InForce:
    """What lets somebody in, and what tells somebody."""

    tokens: list[tuple[Token, Account]]
    channels: list[tuple[Channel, Account | None]]


def in_force(work: Work) -> InForce:
    """List the tokens, sessions, keys and invitations that are in force, and the channels that are open."""
    tokens = accounts.in_force(work.session, work.now, work.policy.session_idle)
    return InForce(tokens, [each for each in channels.every(work.session) if each[0].closed_at is None])


def seal(work: Work) -> None:
    """Revoke every token that would let somebody in, now or when an account is opened again, and close every channel."""
    for each in accounts.not_revoked(work.session, work.now):
        if each.revoked_at is None:  # not with the one that it was made with
            revoke_token(work, RevokeToken(token_id=global_id("Token", each.id), reason=REASON))
    for channel, _ in channels.every(work.session):
        if channel.closed_at is None:
            close_channel(work, CloseChannel(channel_id=global_id("Channel", channel.id), reason=REASON))
