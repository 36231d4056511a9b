// An outcome is told as soon as it is recorded, over a WebSocket.
// Run it with the ids of a claimant, of one of its predictions, and of the last outcome that you know:
// node apollo_subscription.mjs CLAIMANT PREDICTION OUTCOME
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws"; // only where WebSocket is not built in: before Node 22

const [claimantId, predictionId, after] = process.argv.slice(2);

const socket = createClient({ url: "ws://127.0.0.1:8000/graphql", webSocketImpl: WebSocket });
const link = ApolloLink.split(
  ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
  new GraphQLWsLink(socket),
  new HttpLink({ uri: "http://127.0.0.1:8000/graphql" }),
);
const client = new ApolloClient({ link, cache: new InMemoryCache() });

const OUTCOMES = gql`
  subscription Outcomes($claimantId: ID, $after: ID) {
    outcomeRecorded(claimantId: $claimantId, after: $after) { id verdict prediction { id status question } }
  }
`;
const RESOLVE = gql`
  mutation Resolve($input: ResolvePredictionInput!) {
    resolvePrediction(input: $input) { outcome { id } userErrors { message } }
  }
`;

const told = new Promise((resolve, reject) => {
  client.subscribe({ query: OUTCOMES, variables: { claimantId, after } }).subscribe({
    next: ({ data, error }) => (error ? reject(error) : resolve(data.outcomeRecorded)),
    error: reject,
  });
});
const input = { predictionId, verdict: "YES", rationale: "It is so.", noEvidenceReason: "An example.", earlyReason: "It is done." };
await client.mutate({ mutation: RESOLVE, variables: { input } });

const { verdict, prediction } = await told;
console.log(verdict, prediction.status, prediction.question);
client.stop();
await socket.dispose();
