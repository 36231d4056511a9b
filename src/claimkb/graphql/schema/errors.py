"""How does a refusal reach the client? What a person can put right becomes a user error; the rest a coded error."""

import logging
from collections.abc import Callable
from typing import Any, Optional

import strawberry
from graphql import GraphQLError, GraphQLSyntaxError
from sqlmodel import Session
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.pydantic import InputValidationError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from claimkb.actions.work import camel
from claimkb.domain.access import SignInAgain, Unauthenticated
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Record, plain
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import Forbidden, Refusal, StaleVersion, UserErrorCode
from claimkb.graphql.execution.context import Context, PayloadUnreadable
from claimkb.graphql.execution.operation_request import outage_extensions
from claimkb.graphql.limits.cost_directives import SHORT
from claimkb.graphql.mapping.fields import question
from claimkb.graphql.mapping.views import object_type, offer_terms
from claimkb.graphql.schema.types import Node, Revision
from claimkb.store.engine import outages, records
from claimkb.store.engine.outages import CommitUnknown, DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")
offer_terms()

DONE_NOT_SHOWN = "DONE_NOT_SHOWN"
MEANINGS = {
    **outages.MEANINGS,
    DONE_NOT_SHOWN: "This was done, but it cannot be shown now. Do not send it again: read it by the id that stands beside this.",
}
"""What the codes say with which a verb fails that was not refused."""


@object_type()
class Conflict:
    """What was changed since you read the record, and by whom."""

    expected_version: int = strawberry.field(description="The version that you sent.")
    current_version: int = strawberry.field(description="The version that the record is at.")
    revisions: list[Revision] = strawberry.field(
        description="The changes since your version, the first one first: each with its author, before and after.",
        directives=[SHORT],
    )


def conflict_of(refusal: Refusal) -> Conflict | None:
    """Tell what was changed meanwhile, if that is why something is refused."""
    if not isinstance(refusal, StaleVersion):
        return None
    facts = refusal.facts
    return Conflict(expected_version=facts["expected"], current_version=facts["current"], revisions=facts["since"])


@object_type()
class UserError:
    """A mistake in the input that the person can put right. Nothing has changed."""

    code: UserErrorCode = strawberry.field(description="What kind of mistake it is.")
    message: str = strawberry.field(description="What is wrong and what to do, for a person.")
    field: list[str] | None = strawberry.field(description="The path of the input that has to change, such as input, occurredOn.")
    conflict: Conflict | None = strawberry.field(
        default=None, description="Where somebody changed the record since you read it: what, and who."
    )
    known: strawberry.Private[Record | None] = None

    @question(Optional[Node], description="The record that is there already, where the code is DUPLICATE.")  # noqa: UP045
    def existing(self, _info: strawberry.Info) -> Callable[[Session], object]:
        known = self.known
        return lambda session: None if known is None else records.find(session, type(known), records.id_of(known))


def of_refusal(refusal: Refusal) -> UserError:
    """Turn a refusal into a user error, with the path of the input in the API's names."""
    path = ["input", *(camel(str(step)) for step in refusal.field)] if refusal.field else None
    return UserError(
        code=refusal.code, message=str(refusal), field=path, conflict=conflict_of(refusal), known=refusal.facts.get("existing")
    )


def of_validation(error: InputValidationError) -> list[UserError]:
    """Turn what pydantic found wrong into user errors."""
    return [
        UserError(code=UserErrorCode.INVALID, message=plain(detail.type, detail.message), field=detail.location or None)
        for detail in error.errors
    ]


LONGEST_MESSAGE = 500
"""How much of an error is told: a client's own text may be echoed in it."""


_MISTAKES = (GraphQLError, StrawberryInputCoercionError, CannotGetOperationTypeError, InvalidOperationTypeError)


def _is_mistake(original: BaseException | None) -> bool:
    """Tell whether an error is the client's."""
    return original is None or isinstance(original, _MISTAKES)


def _code(error: GraphQLError, *, is_early: bool) -> str | None:
    """Name the kind of an error; None for a crash."""
    original = error.original_error
    if isinstance(error.extensions, dict) and "code" in error.extensions:
        return str(error.extensions["code"])
    if isinstance(original, Forbidden):
        return "FORBIDDEN"
    if isinstance(original, SignInAgain):
        return "SIGN_IN_AGAIN"
    if isinstance(original, Unauthenticated):
        return "UNAUTHENTICATED"
    if isinstance(original, Refusal):
        return "BAD_USER_INPUT"
    if isinstance(original, TookTooLong | RecursionError) or error.message.startswith(_TOO_MUCH):
        return "QUERY_TOO_COMPLEX"
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED"
    if _is_mistake(original):
        return "GRAPHQL_VALIDATION_FAILED" if is_early and error.path is None else "BAD_USER_INPUT"
    return None


_TOO_MUCH = ("Syntax Error: Document contains more than", "Validation aborted.")


def _message(error: GraphQLError, context: Context) -> str:
    """Say what is wrong, without what a reader need not know."""
    original = error.original_error
    if isinstance(original, Refusal):
        return str(original)
    if isinstance(original, RecursionError):
        return "This asks for too much: it is nested too deeply."
    if isinstance(original, TookTooLong):
        return "This took too long and was stopped in the database; nothing has changed. Ask for less at once."
    message = error.message if context.actor.may(Permission.RECORD) else error.message.partition(" Did you mean ")[0]
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}…"


def _mask(error: GraphQLError, context: Context) -> GraphQLError:
    """Tell the client of a crash no more than how to ask about it."""
    request_id = context.caller.request_id
    message = f"Something went wrong here. Tell us the request id: {request_id}."
    extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)


def _unavailable(error: GraphQLError, outage: DatabaseUnavailable, context: Context) -> GraphQLError:
    """Tell what keeps the database from being used, and whether the same may be sent again: under a key, always."""
    extensions = outage_extensions(outage)
    if isinstance(outage, CommitUnknown) and context.caller.key is not None:
        extensions["retryable"] = True
    return GraphQLError(outage.public_message, nodes=error.nodes, path=error.path, extensions=extensions)


def _is_done(place: str, context: Context) -> bool:
    """Tell whether the verb at a place of the answer was carried out, and committed."""
    return place in context.performed and context.performed[place].result is not None


def _done_not_shown(place: str, context: Context) -> GraphQLError:
    """Tell that what stands at a place of the answer was done, and cannot be shown."""
    done = context.performed[place].result
    extensions: dict[str, Any] = {"code": DONE_NOT_SHOWN, "retryable": False}
    if isinstance(done, Record):
        extensions |= {"id": global_id(type(done).__name__, done.id), "version": getattr(done, "version", 1)}
    return GraphQLError(MEANINGS[DONE_NOT_SHOWN], path=[place], extensions=extensions)


def _with_code(error: GraphQLError, context: Context, *, is_early: bool) -> GraphQLError:
    """Write an error anew, with its code and without anything that came along."""
    if isinstance(error.original_error, DatabaseUnavailable):
        return _unavailable(error, error.original_error, context)
    code = _code(error, is_early=is_early)
    if code is None:
        return _mask(error, context)
    kept = error.extensions if isinstance(error.extensions, dict) and "code" in error.extensions else {}
    return GraphQLError(
        _message(error, context),
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**kept, "code": code},
    )


def _log(error: GraphQLError, context: Context) -> None:
    """Write what only concerns us: a crash with its trace, an outage once in a while."""
    original = error.original_error
    if isinstance(original, DatabaseUnavailable):
        context.desk.database.outages.report(original)
    elif _code(error, is_early=False) is None:
        log.error("Request %s crashed at %s", context.caller.request_id, error.path, exc_info=original)


def _committed_place(error: GraphQLError, context: Context) -> str | None:
    """Name the place of what was done, and could not be read afterwards; None for an error of another kind."""
    place = str(error.path[0]) if error.path else ""
    is_ours = isinstance(error.original_error, DatabaseUnavailable | TookTooLong) or _code(error, is_early=False) is None
    return place if is_ours and _is_done(place, context) else None


def result_when_stopping(context: Context) -> ExecutionResult:
    """Give the result of an operation that is given up as the server stops: what was done of it, and what was not."""
    place, outage = context.interruption()
    errors = [_done_not_shown(each, context) for each in context.performed if _is_done(each, context)]
    if not any(error.path == [place] for error in errors):
        errors.append(_unavailable(GraphQLError(outage.public_message, path=place and [place]), outage, context))
    return ExecutionResult(None, errors)


def failed(outage: DatabaseUnavailable) -> ExecutionResult:
    """Give the result of an operation that could not begin."""
    return ExecutionResult(None, [GraphQLError(str(outage), original_error=outage)])


def limit_length(result: ExecutionResult, context: Context) -> ExecutionResult:
    """Take the place of an answer that is too long to be written."""
    try:
        context.check_length(result.data)
    except GraphQLError as error:
        return ExecutionResult(None, [error], result.extensions)
    return result


def with_error_codes(result: ExecutionResult, context: Context) -> ExecutionResult:
    """Give every error of an answer its code, and keep what only concerns us out of it: that goes to the log.

    What was committed and is not in the answer is told first: nobody is to do it again.
    """
    if not result.errors:
        return result
    is_early = isinstance(result, PreExecutionError)
    hidden = {place: None for place in context.performed if _is_done(place, context) and place not in (result.data or {})}
    others = []
    for error in map(_unwrap, result.errors):
        _log(error, context)
        place = _committed_place(error, context)
        if place is not None:
            hidden[place] = None
        else:
            others.append(_with_code(error, context, is_early=is_early))
    result.errors = [*(_done_not_shown(place, context) for place in hidden), *others]
    return result


def _unwrap(error: GraphQLError) -> GraphQLError:
    """Take what a change could not be shown for in the place of that."""
    if isinstance(error.original_error, PayloadUnreadable):
        error.original_error = error.original_error.__cause__  # type: ignore[assignment]
    return error
