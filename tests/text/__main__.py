"""Print how good suggestions are, and each miss with its reason. With the name of a measure, the misses of it alone."""

import sys
from collections.abc import Iterator

from tests.text.marks import SETS
from tests.text.scoring import MEASURES, Measure, Score, score_of


def bound_of(measure: Measure, bound: float | None) -> str:
    """Write what a measure must be, or aims at."""
    return "" if bound is None else f"{'≤ ' if measure.is_most else ''}{bound:.2f}"


def counted(score: Score, measure: Measure) -> str:
    """Write what was counted of a measure; a dash where a set has nothing to count."""
    if not score.of[measure]:
        return "–"
    return f"{score.share(measure):.2f} ({score.true[measure]}/{score.of[measure]})"


def table(scores: dict[str, Score]) -> Iterator[str]:
    """Write the table, a measure a line."""
    yield f"| measure | must | aim | {' | '.join(scores)} |"
    yield f"|---|---|---|{'---|' * len(scores)}"
    for measure in MEASURES:
        cells = [counted(score, measure) for score in scores.values()]
        yield f"| {measure.name} | {bound_of(measure, measure.must)} | {bound_of(measure, measure.aim)} | {' | '.join(cells)} |"


def misses(scores: dict[str, Score], of_name: str) -> Iterator[str]:
    """Write each miss in a line, once: its text, its words, and why it is one."""
    for of_set, score in scores.items():
        written: set[str] = set()
        for measure in MEASURES:
            lines = [f"  {miss.text}: “{miss.words}”: {miss.reason}" for miss in score.misses if miss.measure == measure]
            if of_name in measure.name and (fresh := [line for line in lines if line not in written]):
                yield f"\n{of_set}: {measure.name}"
                yield from fresh
                written.update(fresh)


if __name__ == "__main__":
    found = {of_set: score_of(of_set) for of_set in SETS}
    for line in (*table(found), *misses(found, " ".join(sys.argv[1:]))):
        print(line)
