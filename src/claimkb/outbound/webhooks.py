"""How is a program told of an event? By a signed request, as Standard Webhooks has it (standardwebhooks.com, 1.0.0)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING
from uuid import UUID

from claimkb import __version__
from claimkb.actions.work import Desk
from claimkb.domain import Channel, Delivery, Prediction
from claimkb.domain.delivery import FINAL, GONE, Sent, asked_for
from claimkb.domain.event import Event
from claimkb.domain.refusals import NotFound
from claimkb.domain.secret import NOTHING
from claimkb.domain.visible import without_secrets
from claimkb.outbound import events
from claimkb.outbound.delivering import Gone, NeverSent, NotSent
from claimkb.outbound.events import Message
from claimkb.public_http.lookup import NotPublic

if TYPE_CHECKING:
    import httpx2

SECONDS = 10.0
"""How long a program may take to connect, and between two parts of its answer."""


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign a message: HMAC-SHA256 over id, timestamp and body with a dot between, under the secret after whsec_."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _refusal(answer: int, wait: timedelta | None) -> NotSent:
    """Make the error for a status that refuses a message. With Retry-After the message is sent again."""
    if answer == GONE:
        return Gone("It answered 410: it is gone, and wants to be told nothing more.")
    return NeverSent(f"It answered {answer}.") if answer in FINAL and wait is None else NotSent(f"It answered {answer}.", wait)


@dataclass(frozen=True)
class Webhooks:
    """Tells programs of events: each at least once, always under the same id."""

    desk: Desk
    link: Callable[[Prediction], str]
    seconds: float = SECONDS

    def __call__(self, delivery: Delivery, channel: Channel) -> Sent:
        """Tell a program of an event."""
        with self.desk.database.read() as session:
            try:
                message = events.written(session, delivery, self.link)
            except NotFound as gone:
                raise NeverSent(f"{gone} claimkb verify tells of such traces.") from gone
        self._post(channel, delivery.id, message)
        return Sent()

    def ping(self, channel: Channel) -> int:
        """Send a ping, and return the status with which it was accepted."""
        message: Message = {"type": Event.PING.value, "timestamp": self.desk.now().isoformat(), "data": {"channel": channel.name}}
        return self._post(channel, self.desk.new_id(), message)

    def _post(self, channel: Channel, id_: UUID, message: Message) -> int:
        """Sign a message and send it; return the status of the answer, and read nothing else of it."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        message_id, timestamp = f"msg_{id_.hex}", int(self.desk.now().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": f"claimkb/{__version__}",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature((channel.signing_secret or NOTHING).get_secret_value(), message_id, timestamp, body),
        }
        try:
            with self._client.stream("POST", channel.address.get_secret_value(), content=body, headers=headers) as response:
                answer = response.status_code
                if not response.is_success:
                    raise _refusal(answer, asked_for(response.headers.get("retry-after"), self.desk.now()))
        except NotPublic as error:
            raise NeverSent(f"{error}: CLAIMKB_PRIVATE_CHANNELS=true allows it.") from None
        except self._http.HTTPError as error:
            raise NotSent(f"It did not answer: {without_secrets(str(error)) or type(error).__name__}.") from None
        except (self._http.InvalidURL, UnicodeError):
            raise NeverSent("Its address cannot be used: close the channel, and open another.") from None
        return answer

    @cached_property
    def _http(self) -> ModuleType:
        """Load the HTTP client: that takes its time, and only a delivery needs it."""
        import httpx2

        return httpx2

    @cached_property
    def _client(self) -> "httpx2.Client":
        """Make an HTTP client that follows no redirect, and reaches public addresses only, unless the desk allows others."""
        import httpx2

        from claimkb.public_http import transport

        if not self.desk.policy.private_channels:
            return transport.client(self.seconds)
        return httpx2.Client(timeout=self.seconds, limits=httpx2.Limits(max_keepalive_connections=0))
