"""What is refused to who arranges whom we tell. All other refusals are in refusals.py."""

from claimkb.domain.refusals import Refusal, UserErrorCode, WrongState


class NoAddress(Refusal):
    """This leads nowhere: write {wanted}."""


class PrivateAddress(Refusal):
    """{address} is not an address of the public internet: name another. The operator of this server can allow it
    by CLAIMKB_PRIVATE_CHANNELS=true.
    """


class NobodyToLookAfter(Refusal):
    """Say whose predictions they are: name the account, or choose ALL."""


class NotForPrograms(Refusal):
    """A webhook is told of everything: leave this out, and let the program choose."""


class NobodyToTell(Refusal):
    """You have no account that could be told. Where claimkb runs, `claimkb channel open` opens channels for anybody."""


class OwnDigestOnly(Refusal):
    """By yourself you open a digest by e-mail. Chats and webhooks are opened by an administrator."""


class TooManyChannels(Refusal):
    """You have {most} open channels, and may have no more: close one first."""


class NoChannel(Refusal):
    """There is no open channel with the name {name}: claimkb channel list shows those that there are."""

    code = UserErrorCode.NOT_FOUND


class ChannelNamed(Refusal):
    """There is an open channel with the name {name} already, {id}: choose another name, or close that one first."""

    code = UserErrorCode.DUPLICATE


class ChannelClosed(WrongState):
    """{name} is closed already."""


class NotParked(WrongState):
    """This delivery is {state}; only what was given up is tried again."""
