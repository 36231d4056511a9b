"""How is growth shown? As tables of costs beside what they may be, and as a picture of what each query costs at each size."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.results import OTHERS, bars, own_versions

HERE = Path(__file__).parent
SIZES = (1, 10, 100)
COLOURS = dict(zip(SIZES, (OTHERS, "#8b949e", "#1f6feb"), strict=True))

MOST_RATIO, MOST_IDLE, MOST_MEMORY = 1.3, 20, 150
"""What is promised: how many times as much Q2 and the thousandth page may cost, the job's milliseconds, the server's megabytes."""


@dataclass
class Growth:
    """What was found on an engine: costs are milliseconds of processor time, in each round."""

    reads: dict[str, dict[int, list[float]]] = field(default_factory=dict)
    pages: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    searches: dict[str, float] = field(default_factory=dict)
    """The milliseconds of the statement."""
    idle: float = 0
    """The milliseconds in the database of a run of the job with nothing new."""
    memory: dict[int, float] = field(default_factory=dict)
    """The megabytes of the server after so many requests."""


def told(value: float, most: float | None = None, *, form: str = ".2f") -> str:
    """Write a figure; say so where it is beyond what is promised."""
    return f"{value:{form}}" + ("" if most is None or value <= most else f" (more than {most:g})")


def tables(engine: str, growth: Growth, claims: float) -> str:
    """Write what was found on an engine. The least of the rounds counts: whatever else the machine did only added to it."""
    lines = [f"\n## {engine}\n", "| query | " + " | ".join(f"{claims * times:,.0f} claims" for times in SIZES) + " | 10x | 100x |"]
    lines.append("|---|" + "--:|" * 5)
    for name, rounds in growth.reads.items():
        least = [min(rounds[times]) for times in SIZES]
        most = MOST_RATIO if name == "Q2" else None
        cells = [f"{each:.3f} ms" for each in least] + [told(each / least[0], most) for each in least[1:]]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["\n| page of | the first | the thousandth | ratio |", "|---|--:|--:|--:|"]
    for name, pages in growth.pages.items():
        first, far = (min(pages[page]) for page in ("first", "thousandth"))
        lines.append(f"| {name} | {first:.3f} ms | {far:.3f} ms | {told(far / first, MOST_RATIO)} |")
    lines += [f"\n| search among {claims * SIZES[-1]:,.0f} claims | statement |", "|---|--:|"]
    lines += [f"| {name} | {spent:,.1f} ms |" for name, spent in growth.searches.items()]
    predictions = claims * SIZES[-1] / 2
    lines.append(
        f"\nThe job on a day with nothing new, {predictions:,.0f} predictions: {told(growth.idle, MOST_IDLE, form='.1f')} ms in the database."
    )
    lines += ["\n| requests | " + " | ".join(f"{each:,}" for each in growth.memory) + " |", "|---|" + "--:|" * len(growth.memory)]
    lines.append(
        "| memory of the server, MB | " + " | ".join(told(each, MOST_MEMORY, form=".0f") for each in growth.memory.values()) + " |"
    )
    return "\n".join(lines)


def picture(found: dict[str, Growth], claims: float) -> str:
    """Draw what each query costs at each size (SVG)."""
    return bars(
        (
            f"{engine}, {name}",
            [
                (f"{claims * times:,.0f} claims", min(spent), f"{min(spent):.3f} ms", COLOURS[times])
                for times, spent in rounds.items()
            ],
        )
        for engine, growth in found.items()
        for name, rounds in growth.reads.items()
    )


def write(found: dict[str, Growth], claims: float) -> None:
    """Write the tables and the picture."""
    both = "\n".join(tables(engine, growth, claims) for engine, growth in found.items())
    text = f"""# What becomes of costs as rows grow

The same queries on three sizes of the same newsroom, the sizes in turn: a claim of two is a prediction, half of which are open. Costs are milliseconds of processor time an answer, of the server and of its database, over 16
connections; the best of the rounds. "10x" and "100x" are the costs there against those of the smallest. Q2 and the thousandth page may cost {MOST_RATIO} times as much, the job may take {MOST_IDLE} ms, the server may hold {MOST_MEMORY} MB.
Written by `make bench-growth` on {datetime.now(UTC):%Y-%m-%d}.

Q1 is one claim with its places, its prediction and outcomes; Q2 fifty overdue predictions with claim, claimant and source; Q3 a page of a hundred claims; Q4 the first twenty claims that a full-text search finds: it finds
more the more there are. Memory is that of a server that is sent 1,000 different documents in turn.

![Milliseconds of processor time an answer](growth.svg)
{both}

Versions: {", ".join(f"{name} {number}" for name, number in own_versions().items())}.
"""
    (HERE / "GROWTH.md").write_text(text)
    (HERE / "growth.svg").write_text(picture(found, claims))
