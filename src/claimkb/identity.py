"""On whose behalf does a request act? Accounts come later; until then one person works on this machine."""

from claimkb.domain.account import Actor
from claimkb.domain.permissions import Role

LOCAL_EDITOR = Actor("local editor", Role.EDITOR)
"""The person at this machine."""

SEED_LOADER = Actor("seed", Role.EDITOR)
"""The loader of the stories in seeds/."""

SCHEDULER = Actor("scheduler", Role.EDITOR)
"""The scheduled job."""
