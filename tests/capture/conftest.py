"""A site on this machine."""

from collections.abc import Iterator

import pytest

from tests.capture.sites import Site, a_site


@pytest.fixture
def site() -> Iterator[Site]:
    """Give a site, to put pages into."""
    with a_site() as site:
        yield site
