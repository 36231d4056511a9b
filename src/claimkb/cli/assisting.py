"""How does a command ask the assistant? In the name of an account that may record, after it has said where the text goes."""

import asyncio
from collections.abc import Sequence

from claimkb.actions.work import admitted
from claimkb.cli.acting import acting
from claimkb.cli.reading import open_current_desk
from claimkb.cli.tables import aside
from claimkb.domain.assisting import Assisted, NoAssistant
from claimkb.domain.permissions import Permission
from claimkb.domain.suggesting import SuggestionKind
from claimkb.domain.suggesting.asking import ABOUT_THE_FUTURE, Asked
from claimkb.settings import Settings
from claimkb.store import suggestions


def assisted(asked: Asked, kinds: Sequence[SuggestionKind], by: str | None) -> Assisted:
    """Suggest what a text says, by the rules and by the assistant."""
    from claimkb.assistant.assistant import assistant_of

    desk = open_current_desk()
    assistant = assistant_of(desk, Settings())
    if assistant is None:
        raise NoAssistant
    with acting(desk, by) as actor, desk.database.read() as session:
        admitted(session, actor, desk.now()).need(Permission.RECORD)
    rules = suggestions.suggested(asked, tuple({*kinds, *ABOUT_THE_FUTURE}))
    aside.print(f"The text is sent to {assistant.host}.", markup=False)
    answered = asyncio.run(assistant(asked, rules))
    return Assisted([each for each in answered.suggestions if each.kind in kinds], answered.note)
