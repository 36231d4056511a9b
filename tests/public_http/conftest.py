"""A receiver of requests."""

from collections.abc import Iterator

import pytest

from tests.outbound.receivers import Receiver, a_receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a program that is told of events."""
    with a_receiver() as receiver:
        yield receiver
