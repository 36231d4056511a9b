"""Who uses claimkb? (Not who claims: that is a claimant.)"""

from dataclasses import dataclass

from claimkb.domain.permissions import GRANTED, Permission, Role
from claimkb.domain.refusals import Forbidden


@dataclass(frozen=True)
class Actor:
    """The person or program on whose behalf something is done, by the name that the history shows."""

    name: str
    role: Role

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor's role grants a permission."""
        return permission in GRANTED[self.role]

    def need(self, permission: Permission) -> None:
        """Refuse unless the actor's role grants a permission."""
        if not self.may(permission):
            raise Forbidden(actor=self.name, permission=permission)
