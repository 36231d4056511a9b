"""What does a digest say? What waits for an answer, grouped by how it stands to the calendar, what has waited longest first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from claimkb.domain.prediction import Prediction
from claimkb.domain.quantity import counted
from claimkb.domain.timeliness import Timeliness, days_overdue

MOST = 50
"""How many predictions of a level are named. The others are counted."""

HEADINGS = {
    Timeliness.LONG_OVERDUE: "Long overdue",
    Timeliness.OVERDUE: "Overdue",
    Timeliness.DUE_SOON: "Due soon",
    Timeliness.REVIEW_DUE: "For review",
}
"""The levels, in the order in which they are told."""

FOOT = 'A day that has passed does not mean "no": it means that a decision is wanted.'


@dataclass(frozen=True)
class Named:
    """A prediction that a digest names, and who made it."""

    prediction: Prediction
    claimant: str | None


@dataclass
class Digest:
    """What waits for an answer on a day, as far as an announcement."""

    today: date
    until: int
    named: dict[Timeliness, list[Named]] = field(default_factory=dict)
    sizes: dict[Timeliness, int] = field(default_factory=dict)

    def add(self, level: str, named: Named, size: int) -> None:
        """Name the next prediction of a level that has so many."""
        self.named.setdefault(Timeliness[level], []).append(named)
        self.sizes[Timeliness[level]] = size

    @property
    def title(self) -> str:
        """Say in one line how much waits."""
        counted = [f"{self.sizes[level]} {said.lower()}" for level, said in HEADINGS.items() if level in self.sizes]
        return f"claimkb, {self.today}: {', '.join(counted) or 'nothing new'}"

    def written(self, link: Callable[[Prediction], str]) -> str:
        """Write it as plain text, with the link to each prediction."""
        lines = []
        for level, heading in HEADINGS.items():
            if level not in self.named:
                continue
            lines += [f"{heading} ({self.sizes[level]})", ""]
            for each in self.named[level]:
                lines += self._said(each, link(each.prediction))
            left = self.sizes[level] - len(self.named[level])
            lines += [f"And {left} more: claimkb predictions --timeliness {level}", ""] if left else []
        return "\n".join([*lines, FOOT])

    def _said(self, named: Named, link: str) -> list[str]:
        """Write what a person wants to know of a prediction."""
        prediction = named.prediction
        overdue = days_overdue(prediction, self.today)
        ago = f", {counted(overdue, 'day')} ago" if overdue else ""
        known = f", to be known from {prediction.answer_from} on" if prediction.answer_from else ""
        when = (
            f"due {prediction.due_on}{known}{ago}" if prediction.due_on else f"to be looked at again since {prediction.review_on}"
        )
        who = f" · looked after by {prediction.assignee}" if prediction.assignee else ""
        return [f"- {prediction.question}", f"  {named.claimant or 'Nobody named'} · {when}{who}", f"  {link}", ""]
