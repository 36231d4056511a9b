"""Which traces of a change that was never made may stand in the database?

Earlier versions could leave such traces of a change that was stopped. They hold up nothing, and nothing of them is taken away: what
was appended stays.
"""

from dataclasses import dataclass
from uuid import UUID

from claimkb.domain.record import Term
from claimkb.domain.reference import global_id


class Trace(Term):
    """Where a change that was never made, or not told, shows."""

    RECORD = "RECORD", "The history tells of a record that is not there."
    CHANGE = "CHANGE", "The history tells of a change that the record does not show."
    UNTOLD = "UNTOLD", "The record shows a change that the history does not tell of."
    ANNOUNCEMENT = "ANNOUNCEMENT", "Subscribers and webhooks are told of a record that is not there."
    SEARCH_ENTRY = "SEARCH_ENTRY", "A search finds the words of a record that is not there."


@dataclass(frozen=True)
class Ghost:
    """A trace of a change that was never made, or not told."""

    trace: Trace
    kind: str
    record_id: UUID

    def row(self) -> dict[str, str]:
        """Describe the trace, with its record."""
        return {
            "trace": self.trace.value,
            "kind": self.kind,
            "id": global_id(self.kind, self.record_id),
            "uuid": str(self.record_id),
        }
