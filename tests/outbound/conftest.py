"""A desk with a clock that can be set, and real receivers of what it sends."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from pydantic import SecretStr

from claimkb.actions.work import Desk
from claimkb.app import link
from claimkb.domain.channel import ChannelKind
from claimkb.domain.policy import Policy
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.digests import Digests
from claimkb.outbound.webhooks import Webhooks
from tests.outbound.receivers import Post, Receiver, a_post, a_receiver


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Give a desk that sends to receivers on this machine, too."""
    return replace(desk, policy=Policy(private_channels=True))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a program that is told of events."""
    with a_receiver() as receiver:
        yield receiver


@pytest.fixture
def post() -> Iterator[Post]:
    """Give a mail server."""
    with a_post() as post:
        yield post


@pytest.fixture
def outbox(timed: Desk, post: Post) -> Outbox:
    """Give what sends."""
    to = partial(link, "https://claims.example.org")
    return Outbox(timed, {ChannelKind.DIGEST: Digests(timed, SecretStr(post.url), to), ChannelKind.WEBHOOK: Webhooks(timed, to)})
