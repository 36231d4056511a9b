"""How does a digest reach a person or a room? By Apprise, which speaks to mail servers and chat services."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from claimkb.actions.work import Desk
from claimkb.domain import Channel, Delivery, Prediction
from claimkb.domain.channel import host_of, is_mail
from claimkb.domain.delivery import FINAL, Cancelled, Sent
from claimkb.domain.visible import calling_nobody
from claimkb.outbound.delivering import NeverSent, NotSent
from claimkb.public_http.lookup import NotPublic, look_up
from claimkb.store import digests

Service = Any
"""A service of Apprise: its plugins have no types."""

_ANSWERED = re.compile(r"\berror=(\d{3})\b")
"""How Apprise logs the HTTP status with which a service refused a message."""


@dataclass(frozen=True)
class Digests:
    """Sends each channel its digest of the day."""

    desk: Desk
    mail_url: SecretStr | None
    link: Callable[[Prediction], str]

    def __call__(self, _delivery: Delivery, channel: Channel) -> Sent | Cancelled:
        """Send a channel its digest, unless nothing is left to tell."""
        with self.desk.database.read() as session:
            digest = digests.of_channel(session, channel.id, self.desk.today())
        if not digest.named:
            return Cancelled()
        self.send(channel, digest.title, digest.written(self.link))
        return Sent(digest.until)

    def send(self, channel: Channel, title: str, text: str) -> None:
        """Send a text by a channel: to a chat in as many messages as it takes, unless its address says otherwise."""
        import apprise

        sender = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
        service = sender.instantiate(self._address(channel), asset=sender.asset)
        if not service or not sender.add(service):
            raise NotSent("Apprise knows no service with this address.")
        if not is_mail(channel.address.get_secret_value()):
            self._check_public(service)
            text = calling_nobody(text)
            if "overflow_mode" not in vars(service):  # as the address says nothing of it
                service.overflow_mode = apprise.OverflowMode.SPLIT
        result = sender.notify(body=text, title=title, body_format="text")
        if not result:
            raise _refusal([entry.message for each in result.results for entry in each.logs()])

    def _check_public(self, service: Service) -> None:
        """Refuse an address that is not public, unless the desk allows it. Apprise looks the name up once more."""
        host = host_of(service)
        if host is None or self.desk.policy.private_channels:
            return
        try:
            with suppress(OSError, UnicodeError):  # no such name, or none that is looked up: Apprise reports it
                look_up(host, service.port or 443)
        except NotPublic as error:
            raise NeverSent(f"{error}: CLAIMKB_PRIVATE_CHANNELS=true allows it.") from None

    def _address(self, channel: Channel) -> str:
        """Write the address of a channel as a URL of Apprise."""
        address = channel.address.get_secret_value()
        if not is_mail(address):
            return address
        if self.mail_url is None:
            raise NotSent("There is no mail server: name one in CLAIMKB_MAIL_URL.")
        server = self.mail_url.get_secret_value()
        return f"{server}{'&' if '?' in server else '?'}to={quote(address, safe='')}"


def _refusal(logged: list[str]) -> NotSent:
    """Read from the log of Apprise why a service did not accept a message, and whether it may accept it later."""
    answers = sorted({int(status) for line in logged for status in _ANSWERED.findall(line)})
    for answer in answers:
        if answer in FINAL:
            return NeverSent(f"The service answered {answer}; the log of Apprise says more.")
    said = f"answered {answers[0]}" if answers else "did not accept it"
    return NotSent(f"The service {said}; the log of Apprise says more.")
