"""How do we keep fixed what must happen by when? By a seal: whoever has it can tell that nothing was changed since."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import Prediction
from claimkb.domain.target import COLUMNS

SEALED_IF_SAID = ("bound", *COLUMNS)
"""Fields that came later: sealed only where they say something, so that older predictions keep their seals."""

SEALED = ("criteria", "due_from", "due_on", "due_precision", "question", *SEALED_IF_SAID)
"""The fields over which the seal of a prediction is computed."""


def seal(prediction: Prediction) -> str:
    """Compute the seal of what must happen by when: SHA-256 of its canonical JSON (keys sorted, no spaces, UTF-8)."""
    return seal_of({name: getattr(prediction, name) for name in SEALED})


def seal_of(values: Mapping[str, object]) -> str:
    """Compute the seal of values, in which days may be written as text."""
    said = {name: value for name, value in values.items() if name not in SEALED_IF_SAID or value not in (None, DueBound.BY)}
    sealed = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
    written = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def is_as_sealed(prediction: Prediction) -> bool:
    """Tell whether question, criteria and due date are still what was first recorded."""
    return prediction.seal == seal(prediction)
