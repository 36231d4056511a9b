// Queries, a mutation, the document cache, and errors with urql.
// Run it with the id of a prediction: node urql_outcomes.mjs ID
import { Client, cacheExchange, fetchExchange, gql } from "@urql/core";

const [id] = process.argv.slice(2);

const client = new Client({ url: "http://127.0.0.1:8000/graphql", exchanges: [cacheExchange, fetchExchange] });
const DUE = gql`
  query Due($id: ID!) { prediction(id: $id) { id dueOn version } }
`;
const MOVE = gql`
  mutation Move($input: MoveDueDateInput!) {
    moveDueDate(input: $input) { prediction { id dueOn } userErrors { code message field } }
  }
`;

const key = crypto.randomUUID();
const seen = [];
const twice = new Promise((resolve) => {
  client.query(DUE, { id }).subscribe(({ data, stale }) => {
    if (!stale) seen.push(`${data.prediction.dueOn}, version ${data.prediction.version}`);
    if (seen.length === 1) move("2099-02-28", key);
    if (seen.length === 2) resolve();
  });
});

async function move(dueOn, key) {
  const input = { predictionId: id, dueOn, kind: "EDITORIAL", reason: "An example." };
  const fetchOptions = { headers: { "Idempotency-Key": key } };
  const { data, error } = await client.mutation(MOVE, { input }, { fetchOptions });
  if (error) throw error;
  return data.moveDueDate.userErrors;
}

await twice;
console.log("The query:", seen.join("; then "));

console.log("The same request again:", (await move("2099-02-28", key)).length, "mistakes");
const [{ code, field }] = await move("2099-02-28", crypto.randomUUID());
console.log("A mistake that a person can put right:", code, field.join("."));

const { error } = await client.query(gql`{ predictions(first: 101) { totalCount } }`, {});
console.log("A mistake in the program:", error.graphQLErrors[0].extensions.code);
