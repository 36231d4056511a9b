// An outcome is told as soon as it is recorded, by server-sent events.
// Run it with the ids of a claimant, of one of its predictions, and of the last outcome that you know:
// node urql_subscription.mjs CLAIMANT PREDICTION OUTCOME
import { Client, fetchExchange, gql } from "@urql/core";

const [claimantId, predictionId, after] = process.argv.slice(2);

const client = new Client({
  url: "http://127.0.0.1:8000/graphql",
  exchanges: [fetchExchange],
  fetchSubscriptions: true,
});
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
  client.subscription(OUTCOMES, { claimantId, after }).subscribe(({ data, error }) => (error ? reject(error) : resolve(data.outcomeRecorded)));
});
const input = { predictionId, verdict: "YES", rationale: "It is so.", noEvidenceReason: "An example.", earlyReason: "It is done." };
await client.mutation(RESOLVE, { input });

const { verdict, prediction } = await told;
console.log(verdict, prediction.status, prediction.question);
process.exit(); // under Node, unsubscribing would end in an AbortError that urql does not catch
