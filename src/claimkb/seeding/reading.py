"""How is a story's YAML read? With the line of every key, so that a mistake can be named where it stands."""

from collections.abc import Iterable
from typing import Any

import yaml

from claimkb.actions.stories.steps import near

SECTIONS = ("sources", "claimants", "collections", "claims")
KEY, COUNTRY = "key", "country"
"""Names a story that is not named by its file; and the country by whose customs the words of its dates are read."""


class Mistakes(Exception):
    """The mistakes of a story, each with its line."""

    def __init__(self, *found: tuple[int, str]) -> None:
        self.found = found
        super().__init__(*found)


class Located(dict[str, Any]):
    """A mapping that remembers the lines of its keys."""

    line: int
    lines: dict[str, int]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML, remembers lines, and notes a key that is given twice."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.validation_errors: list[tuple[int, str]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Located:  # noqa: ARG002 - as PyYAML calls it
        """Read a mapping with the lines of its keys."""
        found = Located()
        found.line, found.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            line = key_node.start_mark.line + 1
            if key in found:
                self.validation_errors.append((line, f"the key {key} is given twice"))
                continue
            found[key] = self.construct_object(value_node, deep=True)
            found.lines[key] = line
        return found


# A date stays a text until dates.py reads it, which knows 2025-11 and says what is wrong with 2025-11-31. So does a number with a
# fraction: what was predicted is no float.
_TEXTS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _TEXTS]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, deep=True))


def read(content: bytes) -> tuple[Located, list[tuple[int, str]]]:
    """Read a story, with the mistakes that do not keep the rest from being read; refuse what is no story."""
    try:
        loader = _Loader(content.decode("utf-8"))
        story = loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "reason", None)
        raise Mistakes((mark.line + 1 if mark else 1, f"not YAML: {said}")) from None
    except UnicodeDecodeError:
        raise Mistakes((1, "not a text in UTF-8")) from None
    except ValueError as error:
        raise Mistakes((1, f"a value cannot be read: {error}")) from None
    if not isinstance(story, Located):
        raise Mistakes((1, f"a story begins with its sections: {', '.join(SECTIONS)}"))
    strange = [(story.lines[key], unknown(key, SECTIONS)) for key in story if key not in (*SECTIONS, KEY, COUNTRY)]
    return story, [*loader.validation_errors, *strange]


def unknown(key: str, known: Iterable[str]) -> str:
    """Say that a key is unknown, and which one may be meant."""
    meant = near(key, known)
    return f"the key {key} is unknown" + (f"; do you mean {meant}?" if meant else f"; known are {', '.join(known)}")
