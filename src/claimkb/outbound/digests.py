"""How does a digest reach a person or a room? By Apprise, which knows e-mail and the services of chats."""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from claimkb.actions.work import Desk
from claimkb.domain import Channel, Delivery, Prediction
from claimkb.domain.channel import is_mail
from claimkb.domain.delivery import DeliveryState
from claimkb.outbound.delivering import NotSent
from claimkb.store import digests


@dataclass(frozen=True)
class Digests:
    """Sends each channel its digest of the day."""

    desk: Desk
    mail_url: SecretStr | None
    link: Callable[[Prediction], str]

    def __call__(self, _delivery: Delivery, channel: Channel) -> dict[str, Any]:
        """Send a digest of what is new for a channel; where nothing is left of it, it is cancelled."""
        with self.desk.database.read() as session:
            digest = digests.of_channel(session, channel.id, self.desk.today())
        if not digest.named:
            return {"state": DeliveryState.CANCELLED, "day": None, "sent_at": None}
        self.send(channel, digest.title, digest.written(self.link))
        return {"until": digest.until}

    def send(self, channel: Channel, title: str, text: str) -> None:
        """Send a text by a channel."""
        apprise = pkgutil.resolve_name("apprise")  # it takes its time to load, and only who sends needs it
        sender: Any = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
        if not sender.add(self._address(channel)):
            raise NotSent("Apprise knows no service with this address.")
        if not sender.notify(body=text, title=title, body_format="text"):
            raise NotSent("The service did not accept it; the log of Apprise says more.")

    def _address(self, channel: Channel) -> str:
        """Write where to send as Apprise writes it."""
        address = channel.address.get_secret_value()
        if not is_mail(address):
            return address
        if self.mail_url is None:
            raise NotSent("There is no mail server: name one in CLAIMKB_MAIL_URL.")
        server = self.mail_url.get_secret_value()
        return f"{server}{'&' if '?' in server else '?'}to={quote(address, safe='')}"
