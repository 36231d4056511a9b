"""What a capture did, as the payload of `captureSource` shows it beside the source."""

from collections.abc import Callable
from typing import Any, Optional

from sqlmodel import Session

from claimkb.actions.capturing import Captured, captured_of
from claimkb.graphql.limits.cost_directives import QUESTION, ListSize, weighing
from claimkb.graphql.mapping.fields import question, resolved_by
from claimkb.graphql.schema import types
from claimkb.store import sources

MOST_SAME = sources.MOST_SAME_TEXT


def _captured(root: Any) -> Captured | None:
    """Tell what the capture of a payload did; None where it was refused, or is answered once more."""
    return None if root.result is None else captured_of(root.result)


def _snapshot(root: Any, _info: Any) -> Callable[[Session], object]:
    """Give the snapshot of the text that was captured."""
    done, result = _captured(root), root.result
    if done is not None:
        return lambda _session: done.snapshot
    return lambda session: None if result is None else sources.latest_snapshot(session, result.id)


def _same_text(root: Any, _info: Any) -> Callable[[Session], object]:
    """List the other sources with this text."""
    done = _captured(root)
    return lambda _session: [] if done is None else done.same_text


def _is_new_source(root: Any) -> bool | None:
    """Tell whether the source is new; None where it was refused."""
    done = _captured(root)
    return None if root.result is None else done is not None and done.is_new


def _warnings(root: Any) -> list[str]:
    """List what a person should look at."""
    done = _captured(root)
    return [] if done is None else done.warnings


CAPTURED = {
    "snapshot": question(
        Optional[types.Snapshot],  # noqa: UP045 - of a variable
        description="The snapshot that holds the text: a new one, or that which had the same text; null if the input was refused.",
    )(_snapshot),
    "is_new_source": resolved_by(
        _is_new_source,
        None,
        bool | None,
        "Whether the source was recorded by this; false where its address was recorded before. Null if the input was refused.",
    ),
    "same_text": question(
        list[types.Source],
        description="Other sources of which a snapshot has the same text to the letter: the same under another "
        "address. A hundred at most.",
        directives=[weighing(QUESTION), ListSize(assumed_size=MOST_SAME)],
    )(_same_text),
    "warnings": resolved_by(
        _warnings,
        None,
        list[str],
        "What a person should look at: no date was found, or one in the future; the site wants no copies; the text was there "
        "before.",
    ),
}
"""The fields of the payload, beside the source."""
