"""What does the page of a client show: which program, which output, and what else?"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "clients"
PROGRAMS = Path(__file__).parent / "programs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """A page: what stands before its first program, the program, its output, and the blocks below."""

    opening: str
    program: str
    output: str
    others: list[str]


def read(name: str) -> Page:
    """Read the page of a client."""
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    (_, program), (_, output), *others = BLOCK.findall(text)
    return Page(text[: text.index("```")], program, output, [block for _, block in others])


def names() -> list[str]:
    """Name every client that has a page."""
    return sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "README")


def squeezed(text: str) -> str:
    """Leave out the space between words that only lays a program out."""
    return " ".join(text.split())


def programs() -> list[str]:
    """Read every program that the tests run, without its layout."""
    return [squeezed(path.read_text(encoding="utf-8")) for path in sorted(PROGRAMS.iterdir()) if path.is_file()]
