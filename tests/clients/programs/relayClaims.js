// A connection in pages, a refetchable fragment, and a mutation whose answer changes the store, with Relay's runtime and no React.
// Run it with the id of a prediction: node relayClaims.js ID
import {
  ConnectionHandler,
  Environment,
  Network,
  RecordSource,
  Store,
  commitLocalUpdate,
  commitMutation,
  fetchQuery,
  graphql,
} from "relay-runtime";

const [id] = process.argv.slice(2);

async function ask(request, variables) {
  const body = JSON.stringify({ query: request.text, variables });
  const headers = { "Content-Type": "application/json" };
  if (request.operationKind === "mutation") headers["Idempotency-Key"] = crypto.randomUUID();
  const answer = await fetch("http://127.0.0.1:8000/graphql", { method: "POST", headers, body });
  return answer.json();
}
const environment = new Environment({ network: Network.create(ask), store: new Store(new RecordSource()) });

graphql`
  fragment relayClaims_claims on Query
  @refetchable(queryName: "relayClaimsPageQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 15 }, after: { type: "String" }) {
    claims(first: $first, after: $after, filter: { kind: [FACT] }) @connection(key: "relayClaims_claims", filters: ["filter"]) {
      edges { node { id statement } }
    }
  }
`;
graphql`
  fragment relayClaims_prediction on Prediction @refetchable(queryName: "relayClaimsPredictionQuery") {
    question
    dueOn
    version
  }
`;
const first = graphql`
  query relayClaimsQuery($id: ID!) {
    ...relayClaims_claims
    prediction(id: $id) { id ...relayClaims_prediction }
  }
`;
const move = graphql`
  mutation relayClaimsMoveMutation($input: MoveDueDateInput!) {
    moveDueDate(input: $input) { prediction { ...relayClaims_prediction } userErrors { code message field } }
  }
`;
const nextPage = require("./__generated__/relayClaimsPageQuery.graphql");
const again = require("./__generated__/relayClaimsPredictionQuery.graphql");

/** Read the store. */
function read(look) {
  let found;
  commitLocalUpdate(environment, (store) => (found = look(store)));
  return found;
}
const due = () => read((store) => store.get(id).getValue("dueOn"));
const connection = (store) => ConnectionHandler.getConnection(store.getRoot(), "relayClaims_claims", { filter: { kind: ["FACT"] } });
const edges = () => read((store) => connection(store).getLinkedRecords("edges").length);
const cursor = () => read((store) => connection(store).getLinkedRecord("pageInfo").getValue("endCursor"));
const more = () => read((store) => connection(store).getLinkedRecord("pageInfo").getValue("hasNextPage"));

async function main() {
  await fetchQuery(environment, first, { id }).toPromise();
  console.log(edges(), "claims, due", due());
  while (more()) await fetchQuery(environment, nextPage, { first: 15, after: cursor() }).toPromise();
  console.log(edges(), "claims");
  const input = { predictionId: id, dueOn: "2099-02-28", kind: "EDITORIAL", reason: "An example." };
  await new Promise((onCompleted, onError) => commitMutation(environment, { mutation: move, variables: { input }, onCompleted, onError }));
  console.log("After the mutation the store says", due());
  read((store) => store.invalidateStore());
  await fetchQuery(environment, again, { id }).toPromise();
  console.log("The fragment, fetched again by its node:", read((store) => store.get(id).getType()), due());
}
main();
