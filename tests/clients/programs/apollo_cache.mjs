// What an earlier query shows changes with a mutation's answer: Apollo keeps each record once, by its id.
// Run it with the id of a prediction: node apollo_cache.mjs ID
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";

const [id] = process.argv.slice(2);

const { __schema } = await (await fetch("http://127.0.0.1:8000/schema.json")).json();
const abstract = __schema.types.filter((type) => type.possibleTypes);
const possibleTypes = Object.fromEntries(abstract.map((type) => [type.name, type.possibleTypes.map(({ name }) => name)]));
const cache = new InMemoryCache({ possibleTypes });
const client = new ApolloClient({ link: new HttpLink({ uri: "http://127.0.0.1:8000/graphql" }), cache });

const DUE = gql`
  query Due($id: ID!) { node(id: $id) { ...Known ... on Prediction { dueOn version } } }
  fragment Known on Node { id uuid }
`;
const MOVE = gql`
  mutation Move($input: MoveDueDateInput!) {
    moveDueDate(input: $input) { prediction { id dueOn version } userErrors { code message field } }
  }
`;

const key = crypto.randomUUID();
const seen = [];
const twice = new Promise((resolve) => {
  client.watchQuery({ query: DUE, variables: { id } }).subscribe(({ data, dataState }) => {
    if (dataState === "complete") seen.push(`${data.node.dueOn}, version ${data.node.version}`);
    if (seen.length === 1) move("2099-02-28", key);
    if (seen.length === 2) resolve();
  });
});

async function move(dueOn, key) {
  const variables = { input: { predictionId: id, dueOn, kind: "EDITORIAL", reason: "An example." } };
  const context = { headers: { "Idempotency-Key": key } };
  const { data } = await client.mutate({ mutation: MOVE, variables, context });
  return data.moveDueDate.userErrors;
}

await twice;
console.log("The watched query:", seen.join("; then "));
const fragment = gql`fragment Dates on Prediction { dueOn version }`;
const kept = cache.readFragment({ id: cache.identify({ __typename: "Prediction", id }), fragment });
console.log("The cache:", kept.dueOn);

console.log("The same request again:", (await move("2099-02-28", key)).length, "mistakes");
const [{ code, field }] = await move("2099-02-28", crypto.randomUUID());
console.log("A mistake that a person can put right:", code, field.join("."));

try {
  await client.query({ query: gql`{ predictions(first: 101) { totalCount } }` });
} catch (error) {
  if (!CombinedGraphQLErrors.is(error)) throw error;
  console.log("A mistake in the program:", error.errors[0].extensions.code);
}
client.stop();
