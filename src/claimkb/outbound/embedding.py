"""When are the vectors of claims made? A little at each look of the scheduler, so that nothing else waits for long."""

import logging
from collections.abc import Callable

from claimkb.actions.work import Desk
from claimkb.store import claim_vectors

log = logging.getLogger("claimkb")

BATCHES = 8
"""How many batches are made at one look: 256 claims, which take some seconds."""


def make_vectors(desk: Desk, is_stopped: Callable[[], bool]) -> int:
    """Make the vectors of some claims, if the desk compares by meaning; return how many."""
    search, made = desk.semantic_search, 0
    for _ in range(BATCHES):
        if search is None or is_stopped():
            break
        done = claim_vectors.make_some(desk.database, search.encoder, desk.now)
        made += done
        if not done:
            break
    if made:
        log.info("Vectors of claims made: %s", made)
    return made
