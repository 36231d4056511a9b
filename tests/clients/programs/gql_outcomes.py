"""Queries, a mutation, a mistake and pages with gql. Run it with the id of a prediction."""

import sys
from collections.abc import Iterator
from uuid import uuid4

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport

(prediction_id,) = sys.argv[1:]

URL = "http://127.0.0.1:8000/graphql"

MOVE = gql("""
  mutation($input: MoveDueDateInput!) {
    moveDueDate(input: $input) { prediction { dueOn } userErrors { code message field } }
  }
""")


def move(client: Client, due_on: str, key: str) -> None:
    """Move the due date; say what came of it."""
    change = {"predictionId": prediction_id, "dueOn": due_on, "kind": "EDITORIAL", "reason": "An example."}
    answer = client.execute(MOVE, variable_values={"input": change}, extra_args={"headers": {"Idempotency-Key": key}})
    for mistake in answer["moveDueDate"]["userErrors"]:
        print("Refused:", mistake["code"], ".".join(mistake["field"]))
    if moved := answer["moveDueDate"]["prediction"]:
        print("Moved to", moved["dueOn"])


CLAIMS = gql("""
  query($after: String) {
    claims(first: 15, after: $after, filter: {kind: [FACT]}) { nodes { id } pageInfo { hasNextPage endCursor } }
  }
""")


def claim_ids(client: Client) -> Iterator[str]:
    """List the ids of all facts, page by page."""
    page = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        claims = client.execute(CLAIMS, variable_values={"after": page["endCursor"]})["claims"]
        yield from (node["id"] for node in claims["nodes"])
        page = claims["pageInfo"]


client = Client(transport=HTTPXTransport(url=URL), fetch_schema_from_transport=True)
key = str(uuid4())
move(client, "2099-02-28", key)
move(client, "2099-02-28", key)
move(client, "2099-02-28", str(uuid4()))

ids = list(claim_ids(client))
print(len(ids), len(set(ids)))

try:
    client.execute(gql("{ predictions(first: 101) { totalCount } }"))
except TransportQueryError as mistake:
    print("Refused:", [error["extensions"]["code"] for error in mistake.errors or []])
