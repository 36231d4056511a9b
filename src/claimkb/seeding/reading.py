"""How is a story's YAML read? With the line of every key, so that a mistake can be named where it stands."""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

SECTIONS = ("sources", "claimants", "claims")


class BadStory(Exception):
    """A story that cannot be loaded; the message names file, line and key."""


class Located(dict[str, Any]):
    """A mapping that remembers the lines of its keys."""

    line: int
    lines: dict[str, int]

    def copy(self) -> "Located":
        """Copy the mapping and those inside it, so that one that YAML names twice can be taken apart twice."""
        copied = Located({key: _copied(value) for key, value in self.items()})
        copied.line, copied.lines = self.line, dict(self.lines)
        return copied


def _copied(value: Any) -> Any:
    """Copy what a mapping holds."""
    if isinstance(value, Located):
        return value.copy()
    return [_copied(item) for item in value] if isinstance(value, list) else value


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML, remembers lines, and refuses a key that is given twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Located:  # noqa: ARG002 - as PyYAML calls it
        """Read a mapping with the lines of its keys."""
        found = Located()
        found.line, found.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            line = key_node.start_mark.line + 1
            if key in found:
                raise BadStory(f"line {line}: the key {key} is given twice")
            found[key] = self.construct_object(value_node, deep=True)
            found.lines[key] = line
        return found


# A date stays a text until dates.py reads it, which knows 2025-11 and says what is wrong with 2025-11-31.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, deep=True))


def read(path: Path) -> Located:
    """Read a story; refuse what is not one."""
    try:
        story = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "reason", None)
        raise BadStory(f"line {mark.line + 1 if mark else 1}: not YAML: {said}") from None
    except UnicodeDecodeError:
        raise BadStory("line 1: not a text in UTF-8") from None
    except ValueError as error:
        raise BadStory(f"line 1: a value cannot be read: {error}") from None
    if not isinstance(story, Located):
        raise BadStory(f"line 1: a story begins with its sections: {', '.join(SECTIONS)}")
    for key in story:
        if key not in SECTIONS:
            raise BadStory(f"line {story.lines[key]}: {unknown(key, SECTIONS)}")
    return story


def unknown(key: str, known: Iterable[str]) -> str:
    """Say that a key is unknown, and which one may be meant."""
    near = difflib.get_close_matches(key, list(known), 1)
    return f"the key {key} is unknown" + (f"; do you mean {near[0]}?" if near else f"; known are {', '.join(known)}")
