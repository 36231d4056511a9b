"""How does a refusal reach the client? What a person can put right becomes a user error; the rest a coded error."""

import logging
from collections.abc import Iterator
from uuid import uuid4

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSyntaxError, OperationDefinitionNode
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.extensions import SchemaExtension
from strawberry.pydantic import InputValidationError

from claimkb.actions.work import camel
from claimkb.domain.record import plain
from claimkb.domain.refusals import Forbidden, Refusal, UserErrorCode

log = logging.getLogger("claimkb")
EMPTY = DocumentNode(definitions=())


@strawberry.type(description="A mistake in the input that the person can put right. Nothing has changed.")
class UserError:
    """A mistake in the input that the person can put right. Nothing has changed."""

    code: UserErrorCode = strawberry.field(description="What kind of mistake it is.")
    message: str = strawberry.field(description="What is wrong and what to do, for a person.")
    field: list[str] | None = strawberry.field(description="The path of the input that has to change, such as input, occurredOn.")


def of_refusal(refusal: Refusal) -> UserError:
    """Turn a refusal into a user error, with the path of the input in the API's names."""
    path = ["input", *(camel(str(step)) for step in refusal.field)] if refusal.field else None
    return UserError(code=refusal.code, message=str(refusal), field=path)


def of_validation(error: InputValidationError) -> list[UserError]:
    """Turn what pydantic found wrong into user errors."""
    return [
        UserError(code=UserErrorCode.INVALID, message=plain(detail.type, detail.message), field=detail.location or None)
        for detail in error.errors
    ]


class Codes(SchemaExtension):
    """Gives every error its code, and keeps what only concerns us out of the answer: that goes to the log."""

    executing = False

    def on_validate(self) -> Iterator[None]:
        """Refuse to guess which of several operations is meant: Strawberry would take the first."""
        context = self.execution_context
        operations = [each for each in (context.graphql_document or EMPTY).definitions if isinstance(each, OperationDefinitionNode)]
        if len(operations) > 1 and context._provided_operation_name is None:
            message = "This document holds several operations: say in operationName which one is meant."
            context.pre_execution_errors = [GraphQLError(message)]
        yield

    def on_execute(self) -> Iterator[None]:
        """Remember that the document itself was in order."""
        self.executing = True
        yield

    def on_operation(self) -> Iterator[None]:
        """Put the codes on once the operation has been answered."""
        yield
        result = self.execution_context.result
        if result is not None and result.errors:
            code = self._late if self.executing else self._early
            result.errors = [code(error) for error in result.errors]

    def _early(self, error: GraphQLError) -> GraphQLError:
        """Name an error in the document itself."""
        code = "GRAPHQL_PARSE_FAILED" if isinstance(error, GraphQLSyntaxError) else "GRAPHQL_VALIDATION_FAILED"
        error.extensions = {"code": code}
        return error

    def _late(self, error: GraphQLError) -> GraphQLError:
        """Name an error met while answering, and mask a crash."""
        original = error.original_error
        if isinstance(original, Forbidden):
            return _coded(error, "FORBIDDEN", str(original))
        if isinstance(original, Refusal):
            return _coded(error, "BAD_USER_INPUT", str(original))
        if original is None or isinstance(original, GraphQLError | StrawberryInputCoercionError):
            return _coded(error, "BAD_USER_INPUT", error.message)
        request_id = uuid4().hex
        log.error("Request %s crashed at %s", request_id, error.path, exc_info=original)
        masked = _coded(error, "INTERNAL_SERVER_ERROR", f"Something went wrong here. Tell us the request id: {request_id}.")
        masked.extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
        return masked


def _coded(error: GraphQLError, code: str, message: str) -> GraphQLError:
    """Write an error anew, with its code and without anything that came along."""
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions={"code": code})
