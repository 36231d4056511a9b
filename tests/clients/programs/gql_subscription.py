"""An outcome is told as soon as it is recorded, over a WebSocket.

Run it with the ids of a claimant, of one of its predictions, and of the last outcome that you know.
"""

import asyncio
import sys

from gql import Client, gql
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

claimant_id, prediction_id, last = sys.argv[1:]

OUTCOMES = gql("""
  subscription($claimantId: ID, $after: ID) {
    outcomeRecorded(claimantId: $claimantId, after: $after) { verdict prediction { status question } }
  }
""")
RESOLVE = gql("""
  mutation($input: ResolvePredictionInput!) {
    resolvePrediction(input: $input) { outcome { id } userErrors { message } }
  }
""")


async def listen() -> None:
    """Wait for the next outcome of the claimant."""
    async with Client(transport=WebsocketsTransport(url="ws://127.0.0.1:8000/graphql")) as session:
        async for answer in session.subscribe(OUTCOMES, variable_values={"claimantId": claimant_id, "after": last}):
            outcome = answer["outcomeRecorded"]
            print(outcome["verdict"], outcome["prediction"]["status"], outcome["prediction"]["question"])
            break


async def resolve() -> None:
    """Resolve the prediction."""
    order = {"predictionId": prediction_id, "verdict": "YES", "rationale": "It is so."}
    order |= {"noEvidenceReason": "An example.", "earlyReason": "It is done."}
    async with Client(transport=HTTPXAsyncTransport(url="http://127.0.0.1:8000/graphql")) as session:
        await session.execute(RESOLVE, variable_values={"input": order})


async def main() -> None:
    """Listen and resolve at once."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(listen())
        tasks.create_task(resolve())


asyncio.run(main())
