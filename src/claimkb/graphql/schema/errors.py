"""How does a refusal reach the client? What a person can put right becomes a user error; the rest a coded error."""

import logging
from collections.abc import Callable
from typing import Optional

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
from claimkb.domain.several import each_of
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
"""The messages of the codes with which a verb fails, other than by a refusal."""


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
    """Return the changes since the caller read the record, if these are the reason of a refusal."""
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


def of_refusal(refusal: Refusal) -> list[UserError]:
    """Turn a refusal into user errors: one for each mistake that it tells."""
    return [_of_mistake(each) for each in each_of(refusal)]


def _of_mistake(refusal: Refusal) -> UserError:
    """Turn a refusal of one mistake into a user error, with the path of the input in the API's names."""
    path = ["input", *(camel(str(step)) for step in refusal.field)] if refusal.field else None
    return UserError(
        code=refusal.code, message=str(refusal), field=path, conflict=conflict_of(refusal), known=refusal.facts.get("existing")
    )


def of_validation(error: InputValidationError) -> list[UserError]:
    """Turn the errors of pydantic into user errors."""
    return [
        UserError(code=UserErrorCode.INVALID, message=plain(detail.type, detail.message), field=detail.location or None)
        for detail in error.errors
    ]


LONGEST_MESSAGE = 500
"""How many characters of an error are sent: it may echo a text of the client."""


_MISTAKES = (GraphQLError, StrawberryInputCoercionError, CannotGetOperationTypeError, InvalidOperationTypeError)


def _is_mistake(original: BaseException | None) -> bool:
    """Tell whether the client caused an error."""
    return original is None or isinstance(original, _MISTAKES)


def _code(error: GraphQLError, *, is_early: bool) -> str | None:
    """Return the code of an error; None for a crash."""
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
    """Return the message of an error, without suggestions of names for callers who may not record."""
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
    """Replace a crash by an error that only has the request id."""
    request_id = context.caller.request_id
    message = f"Something went wrong here. Tell us the request id: {request_id}."
    extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)


def _unavailable(error: GraphQLError, outage: DatabaseUnavailable, context: Context) -> GraphQLError:
    """Write the error of an outage. It tells whether to retry: with an idempotency key that is always safe."""
    extensions = outage_extensions(outage)
    if isinstance(outage, CommitUnknown) and context.caller.key is not None:
        extensions["retryable"] = True
    return GraphQLError(outage.public_message, nodes=error.nodes, path=error.path, extensions=extensions)


def _is_done(key: str, context: Context) -> bool:
    """Tell whether the verb of a response key was performed and committed."""
    return key in context.performed and context.performed[key].result is not None


def _done_not_shown(key: str, context: Context) -> GraphQLError:
    """Write the error of a verb that was committed, but whose payload cannot be shown."""
    record = context.performed[key].result
    extensions: dict[str, object] = {"code": DONE_NOT_SHOWN, "retryable": False}
    if isinstance(record, Record):
        extensions |= {"id": global_id(type(record).__name__, record.id), "version": getattr(record, "version", 1)}
    return GraphQLError(MEANINGS[DONE_NOT_SHOWN], path=[key], extensions=extensions)


def _with_code(error: GraphQLError, context: Context, *, is_early: bool) -> GraphQLError:
    """Write an error again with its code, and with only those extensions that are meant for clients."""
    if isinstance(error.original_error, DatabaseUnavailable):
        return _unavailable(error, error.original_error, context)
    code = _code(error, is_early=is_early)
    if code is None:
        return _mask(error, context)
    extensions = error.extensions if isinstance(error.extensions, dict) and "code" in error.extensions else {}
    return GraphQLError(
        _message(error, context),
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**extensions, "code": code},
    )


def _log(error: GraphQLError, context: Context) -> None:
    """Log a crash with its traceback, and report an outage."""
    original = error.original_error
    if isinstance(original, DatabaseUnavailable):
        context.desk.database.outages.report(original)
    elif _code(error, is_early=False) is None:
        log.error("Request %s crashed at %s", context.caller.request_id, error.path, exc_info=original)


def _committed_place(error: GraphQLError, context: Context) -> str | None:
    """Return the response key of an error that hides a committed verb; None for other errors."""
    key = str(error.path[0]) if error.path else ""
    is_server_error = isinstance(error.original_error, DatabaseUnavailable | TookTooLong) or _code(error, is_early=False) is None
    return key if is_server_error and _is_done(key, context) else None


def result_when_stopping(context: Context) -> ExecutionResult:
    """Make the result of an operation that the stop of the server cancels: it tells which verbs were committed."""
    key, outage = context.interruption()
    errors = [_done_not_shown(each, context) for each in context.performed if _is_done(each, context)]
    if not any(error.path == [key] for error in errors):
        errors.append(_unavailable(GraphQLError(outage.public_message, path=key and [key]), outage, context))
    return ExecutionResult(None, errors)


def limit_length(result: ExecutionResult, context: Context) -> ExecutionResult:
    """Replace a result that is too long by an error."""
    try:
        context.check_length(result.data)
    except GraphQLError as error:
        return ExecutionResult(None, [error], result.extensions)
    return result


def with_error_codes(result: ExecutionResult, context: Context) -> ExecutionResult:
    """Give each error of a result its code. Details of crashes and outages go to the log, and not to the client.

    Errors for committed verbs that the data does not show come first, so that no client performs them again.
    """
    if not result.errors:
        return result
    is_early = isinstance(result, PreExecutionError)
    hidden = {key: None for key in context.performed if _is_done(key, context) and key not in (result.data or {})}
    others = []
    for error in map(_unwrap, result.errors):
        _log(error, context)
        key = _committed_place(error, context)
        if key is not None:
            hidden[key] = None
        else:
            others.append(_with_code(error, context, is_early=is_early))
    result.errors = [*(_done_not_shown(key, context) for key in hidden), *others]
    return result


def _unwrap(error: GraphQLError) -> GraphQLError:
    """Replace PayloadUnreadable by its cause."""
    if isinstance(error.original_error, PayloadUnreadable):
        error.original_error = error.original_error.__cause__  # type: ignore[assignment]
    return error
