"""How does a desk's model come to suggestions? It is asked, within its bounds; and what it says is held against the text."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread

from claimkb.actions.work import Desk
from claimkb.assistant.asking import Completion, Endpoint, NotServed
from claimkb.assistant.prompt import Message, fence_for, messages
from claimkb.assistant.settings import AssistantSettings
from claimkb.domain.assisting import Assisted, language_tag
from claimkb.domain.assisting.accepting import accepted
from claimkb.domain.assisting.proposal import NoUsableAnswer, proposals
from claimkb.domain.assisting.sending import LONGEST, beginning, tokens_of
from claimkb.domain.refusals import Meanwhile
from claimkb.domain.suggesting import Suggested
from claimkb.domain.suggesting.asking import Asked
from claimkb.store import assistant_uses
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

if TYPE_CHECKING:
    import httpx2


log = logging.getLogger("claimkb")

MOST_AT_ONCE = 2
"""How many texts are with the model at once, of one process."""

ANSWER_TOKENS = 4_000
"""How many tokens an answer may have."""

ACCOUNT_SECONDS = 5.0
"""How long the writing of what was used may take."""


@dataclass(frozen=True)
class _Question:
    """A question that is ready to be sent, with what is set aside for it."""

    sent: str
    messages: list[Message]
    client: "httpx2.AsyncClient"
    reserved: int


@dataclass(frozen=True)
class ModelAssistant:
    """A language model behind an endpoint, and the account of what it uses."""

    desk: Desk
    endpoint: Endpoint
    tokens_a_day: int
    longest: int = LONGEST
    _places: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(MOST_AT_ONCE), repr=False)

    @property
    def model(self) -> str:
        """The name of the model."""
        return self.endpoint.model

    @property
    def host(self) -> str:
        """The host to which texts are sent, with its port where the address has one."""
        return urlsplit(self.endpoint.url).netloc

    async def __call__(self, asked: Asked, found: Sequence[Suggested]) -> Assisted:
        """Ask about a text. Whatever becomes of it, the suggestions of the rules are among those that come back."""
        try:
            sent, answer = await self._answer(asked)
            return await to_thread.run_sync(self._judged, asked, found, sent, answer)
        except NoUsableAnswer as problem:
            log.warning("The assistant %s at %s was of no use: %s", self.model, self.host, problem)
            return Assisted(
                list(found), f"The assistant {self.model} was of no use: {problem}. The rules alone have suggested this."
            )

    async def _answer(self, asked: Asked) -> tuple[str, str]:
        """Wait for one of the places, and ask the model; return what was sent and what it answered."""
        borrower = object()
        try:
            async with asyncio.timeout(self.endpoint.seconds):
                await self._places.acquire_on_behalf_of(borrower)
        except TimeoutError:
            raise NoUsableAnswer("it is busy with other texts") from None
        try:
            question = await to_thread.run_sync(self._question, asked)
            completion = await self._completion(question)
        finally:
            self._places.release_on_behalf_of(borrower)
        return question.sent, completion.content

    def _question(self, asked: Asked) -> _Question:
        """Write the question, and set aside the tokens that it may take; refuse where the day has none left."""
        sent = beginning(asked.text, language_tag(asked), self.longest)
        question = messages(sent, fence_for(asked.text, self.desk.random))
        reserved = sum(tokens_of(each["content"]) for each in question) + ANSWER_TOKENS
        try:
            with self.desk.database.write(Cancellation(ACCOUNT_SECONDS)) as session:
                is_left = assistant_uses.reserve(session, self.desk.today(), reserved, self.tokens_a_day)
        except (DatabaseUnavailable, TookTooLong, Meanwhile):
            raise NoUsableAnswer("what it uses cannot be written down now") from None
        if not is_left:
            raise NoUsableAnswer(f"its {self.tokens_a_day} tokens of today do not suffice")
        return _Question(sent, question, self.endpoint.client(), reserved)

    async def _completion(self, question: _Question) -> Completion:
        """Ask the model, and write down what was used. Where nobody knows, it stays what was set aside."""
        day = self.desk.today()
        try:
            completion = await self.endpoint.complete(question.client, question.messages, ANSWER_TOKENS)
        except NotServed:
            await to_thread.run_sync(self._settle, day, question.reserved, 0)
            raise
        used = completion.tokens
        if used is None:
            used = question.reserved - ANSWER_TOKENS + tokens_of(completion.content)
        await to_thread.run_sync(self._settle, day, question.reserved, used)
        log.info("The assistant %s at %s has read %s characters, for %s tokens", self.model, self.host, len(question.sent), used)
        return completion

    def _settle(self, day: date, reserved: int, used: int) -> None:
        """Write down what was used, if that can be done; else what was set aside counts."""
        opened = self.desk.database.write(Cancellation(ACCOUNT_SECONDS))
        with suppress(DatabaseUnavailable, TookTooLong, Meanwhile), opened as session:
            assistant_uses.settle(session, day, reserved, used)

    def _judged(self, asked: Asked, found: Sequence[Suggested], sent: str, answer: str) -> Assisted:
        """Hold an answer against the text."""
        suggestions = accepted(asked, proposals(answer), found, self.model)
        is_cut = len(sent) < len(asked.text)
        note = f"The assistant {self.model} has read the first {len(sent)} of {len(asked.text)} characters." if is_cut else None
        return Assisted(suggestions, note)


def assistant_of(desk: Desk, settings: AssistantSettings) -> ModelAssistant | None:
    """Make the assistant of a desk, where one is set up; nothing is loaded or asked before a person wants it."""
    if settings.assistant_url is None or settings.assistant_model is None:
        return None
    seconds, key = settings.assistant_seconds, settings.assistant_key
    endpoint = Endpoint(settings.assistant_url, settings.assistant_model, key, seconds)
    return ModelAssistant(desk, endpoint, settings.assistant_tokens_a_day)
