"""A mutation, its mistakes, and pages with the client that ariadne-codegen made. Run it with the id of a prediction."""

import sys
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

from claimkb_client import ClaimkbClient, DueDateChangeKind, GraphQLClientGraphQLMultiError, MoveDueDateInput

(prediction_id,) = sys.argv[1:]


def move(client: ClaimkbClient, due_on: date, key: str) -> None:
    """Move the due date; say what came of it."""
    change = MoveDueDateInput(prediction_id=prediction_id, due_on=due_on, kind=DueDateChangeKind.EDITORIAL, reason="An example.")
    answer = client.move_due_date(change, headers={"Idempotency-Key": key}).move_due_date
    for mistake in answer.user_errors:
        print("Refused:", mistake.code.value, ".".join(mistake.field or []))
    if answer.prediction:
        print("Moved to", answer.prediction.due_on)


def fact_ids(client: ClaimkbClient) -> Iterator[str]:
    """List the ids of all facts, page by page."""
    after, more = None, True
    while more:
        claims = client.facts(after=after).claims
        yield from (node.id for node in claims.nodes)
        after, more = claims.page_info.end_cursor, claims.page_info.has_next_page


with ClaimkbClient(url="http://127.0.0.1:8000/graphql") as client:
    key = str(uuid4())
    move(client, date(2099, 2, 28), key)
    move(client, date(2099, 2, 28), key)
    move(client, date(2099, 2, 28), str(uuid4()))
    ids = list(fact_ids(client))
    print(len(ids), len(set(ids)))
    try:
        client.overdue(first=101)
    except GraphQLClientGraphQLMultiError as mistake:
        print("Refused:", [error.extensions["code"] for error in mistake.errors if error.extensions])
