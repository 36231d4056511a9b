"""How is a program told of an event? By a signed request, as Standard Webhooks has it (standardwebhooks.com, 1.0.0)."""

import base64
import hashlib
import hmac
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlmodel import Session

from claimkb import __version__
from claimkb.actions.work import Desk
from claimkb.domain import Channel, Delivery, Flag, Outcome, Prediction
from claimkb.domain.announcement import Topic
from claimkb.domain.delivery import FINAL, GONE, asked_for
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import NotFound
from claimkb.domain.secret import NOTHING
from claimkb.domain.visible import without_secrets
from claimkb.outbound.delivering import Gone, NeverSent, NotSent
from claimkb.outbound.lookup import NotPublic
from claimkb.store import records

SECONDS = 10.0
"""How long a program may take to connect, and between what it sends."""


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign a message: HMAC-SHA256 over id, timestamp and body with a dot between, under the secret after whsec_."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _of_flag(flag: Flag) -> tuple[str, datetime, dict[str, Any]]:
    """Tell of a flag."""
    told = {"flag": global_id("Flag", flag.id), "level": flag.level.value, "dueOn": flag.due_on.isoformat()}
    return "prediction.flagged", flag.noticed_at, told


def _of_outcome(outcome: Outcome) -> tuple[str, datetime, dict[str, Any]]:
    """Tell of an outcome."""
    occurred_on = outcome.occurred_on and outcome.occurred_on.isoformat()
    told = {"outcome": global_id("Outcome", outcome.id), "verdict": outcome.verdict.value, "occurredOn": occurred_on}
    return "outcome.recorded", outcome.recorded_at, told


def _refusal(answer: int, wait: timedelta | None) -> NotSent:
    """Say how a program refused a message. One that says when to ask again is asked again."""
    if answer == GONE:
        return Gone("It answered 410: nobody is told there any more, so the channel is closed.")
    return NeverSent(f"It answered {answer}.") if answer in FINAL and wait is None else NotSent(f"It answered {answer}.", wait)


@dataclass(frozen=True)
class Webhooks:
    """Tells programs of events: each at least once, always under the same id."""

    desk: Desk
    link: Callable[[Prediction], str]
    seconds: float = SECONDS

    def __call__(self, delivery: Delivery, channel: Channel) -> dict[str, Any]:
        """Tell a program of an event."""
        with self.desk.database.read() as session:
            try:
                message = self._message(session, delivery)
            except NotFound as gone:
                raise NeverSent(f"{gone} claimkb check tells of such traces.") from gone
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        message_id, timestamp = f"msg_{delivery.id.hex}", int(self.desk.now().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": f"claimkb/{__version__}",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature((channel.signing_secret or NOTHING).get_secret_value(), message_id, timestamp, body),
        }
        try:
            with self._client.stream("POST", channel.address.get_secret_value(), content=body, headers=headers) as response:
                if not response.is_success:
                    raise _refusal(response.status_code, asked_for(response.headers.get("retry-after"), self.desk.now()))
        except NotPublic as error:
            raise NeverSent(f"{error}: CLAIMKB_PRIVATE_CHANNELS=true allows it.") from None
        except self._http.HTTPError as error:
            raise NotSent(f"It did not answer: {without_secrets(str(error)) or type(error).__name__}.") from None
        except (self._http.InvalidURL, UnicodeError):
            raise NeverSent("Its address cannot be used: close the channel, and open another.") from None
        return {}

    @cached_property
    def _http(self) -> Any:
        """Load the HTTP client: it takes its time, and only who sends needs it."""
        return pkgutil.resolve_name("httpx2")

    @cached_property
    def _client(self) -> Any:
        """Make what sends requests: to public addresses only, unless the desk allows others. It follows no redirect."""
        if not self.desk.policy.private_channels:
            return pkgutil.resolve_name("claimkb.outbound.public_http:client")(self.seconds)
        return self._http.Client(timeout=self.seconds, limits=self._http.Limits(max_keepalive_connections=0))

    def _message(self, session: Session, delivery: Delivery) -> dict[str, Any]:
        """Write what happened, and to which prediction."""
        if delivery.topic is Topic.FLAG:
            flag = records.get(session, Flag, delivery.record_id)
            name, at, told, prediction_id = *_of_flag(flag), flag.prediction_id
        else:
            outcome = records.get(session, Outcome, delivery.record_id)
            name, at, told, prediction_id = *_of_outcome(outcome), outcome.prediction_id
        prediction = records.get(session, Prediction, prediction_id)
        about = {"prediction": global_id("Prediction", prediction.id), "question": prediction.question}
        return {"type": name, "timestamp": at.isoformat(), "data": {**about, **told, "url": self.link(prediction)}}
