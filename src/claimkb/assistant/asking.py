"""How is a model asked over HTTP? By one request to its endpoint, and an answer within bounds of time and size.

The endpoint is the operator's own choice, often on this machine: so its address may be private, and no other is ever asked, neither
by a redirect nor by a proxy. Nothing of what it answers is told to anybody but the JSON that was asked for.
"""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from claimkb import __version__
from claimkb.assistant.prompt import Message, answer_format
from claimkb.domain.assisting.proposal import NoUsableAnswer

if TYPE_CHECKING:
    import httpx2

MOST_BYTES = 1_000_000
"""How many bytes of an answer are read."""

MOST_TOKENS = 10_000_000
"""More tokens than an endpoint may say that a request used."""

REFUSES_A_FIELD = (400, 422)
"""The statuses with which an endpoint refuses a field that it does not know."""

_MEANINGS = {
    401: "it does not accept the key",
    403: "it does not accept the key",
    404: "it knows no such address or model",
    429: "it is asked too much, or its account is empty",
}


class NotServed(NoUsableAnswer):
    """The endpoint did not take the question: nothing was spent."""


class _Usage(BaseModel):
    """What a request has used."""

    total_tokens: int = Field(ge=0, le=MOST_TOKENS)


class _Message(BaseModel):
    """What a model says."""

    content: str


class _Choice(BaseModel):
    """One of the answers that a model gives."""

    message: _Message


class _Completion(BaseModel):
    """The answer of an endpoint."""

    model_config = ConfigDict(strict=True)

    choices: list[_Choice] = Field(min_length=1)
    usage: Any = None


@dataclass(frozen=True)
class Completion:
    """What a model said, and what it used; None where the endpoint does not say."""

    content: str
    tokens: int | None


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that speaks OpenAI's protocol for chats."""

    url: str
    model: str
    key: SecretStr | None = field(default=None, repr=False)
    seconds: float = 20
    most_bytes: int = MOST_BYTES

    def client(self) -> "httpx2.AsyncClient":
        """Make a client for one question, off the event loop: to load it and its certificates takes time."""
        import httpx2

        return httpx2.AsyncClient(timeout=self.seconds, limits=httpx2.Limits(max_connections=1), trust_env=False)

    async def complete(self, client: "httpx2.AsyncClient", messages: list[Message], answer_tokens: int) -> Completion:
        """Ask the model; an endpoint that refuses a field is asked once more with those alone that each one knows."""
        import httpx2

        try:
            async with asyncio.timeout(self.seconds), client:
                return await self._complete(client, messages, answer_tokens)
        except TimeoutError:
            raise NoUsableAnswer(f"it took longer than {self.seconds:g} seconds") from None
        except httpx2.ConnectError:
            raise NotServed("it cannot be reached") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, UnicodeError) as error:
            raise NoUsableAnswer(f"its answer broke off ({type(error).__name__})") from None

    async def _complete(self, client: "httpx2.AsyncClient", messages: list[Message], answer_tokens: int) -> Completion:
        """Ask the model, once or twice."""
        least = {"model": self.model, "messages": messages}
        more = {"max_tokens": answer_tokens, "temperature": 0, "response_format": answer_format()}
        status, body = await self._post(client, least | more)
        if status in REFUSES_A_FIELD:
            status, body = await self._post(client, least | {"max_completion_tokens": answer_tokens})
        if status != 200:
            raise NotServed(_MEANINGS.get(status, f"it answered {status}"))
        return _read(body)

    async def _post(self, client: "httpx2.AsyncClient", question: dict[str, Any]) -> tuple[int, bytes]:
        """Send a question; return the status, and of one that is accepted the body."""
        headers = {"user-agent": f"claimkb/{__version__}", "accept": "application/json", "accept-encoding": "identity"}
        if self.key is not None:
            headers["authorization"] = f"Bearer {self.key.get_secret_value()}"
        async with client.stream("POST", f"{self.url}/chat/completions", json=question, headers=headers) as response:
            if response.status_code != 200:
                return response.status_code, b""
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > self.most_bytes:
                    raise NoUsableAnswer(f"its answer is longer than {self.most_bytes} bytes")
            return response.status_code, bytes(body)


def _read(body: bytes) -> Completion:
    """Read the answer of an endpoint."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError:
        raise NoUsableAnswer("what it answered is not of the protocol") from None
    try:
        tokens = _Usage.model_validate(completion.usage).total_tokens
    except ValidationError:
        tokens = None
    return Completion(completion.choices[0].message.content, tokens)
