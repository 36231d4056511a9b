// A query, a mutation and its mistakes, each with the types that the schema gives them.
// Run it with the id of a prediction: node out/codegen_move.js ID
import { graphql } from "./gql/index.js";
import { type TypedDocumentString, type UserErrorCode } from "./gql/graphql.js";

const DUE = graphql(`
  query Due($id: ID!) { node(id: $id) { ... on Prediction { dueOn version flags(first: 1) { totalCount } } } }
`);
const MOVE = graphql(`
  mutation Move($input: MoveDueDateInput!) {
    moveDueDate(input: $input) { prediction { dueOn version } userErrors { code message field } }
  }
`);

async function ask<Answer, Variables>(query: TypedDocumentString<Answer, Variables>, variables: Variables, key: string): Promise<Answer> {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  const body = JSON.stringify({ query, variables });
  const answer = await fetch("http://127.0.0.1:8000/graphql", { method: "POST", headers, body });
  const { data, errors } = (await answer.json()) as { data: Answer; errors?: { message: string }[] };
  if (errors) throw new Error(errors.map(({ message }) => message).join(" "));
  return data;
}

async function version(id: string): Promise<number | undefined> {
  const { node } = await ask(DUE, { id }, crypto.randomUUID());
  return node && "version" in node ? node.version : undefined;
}

async function move(id: string, dueOn: string, expectedVersion: number | undefined, key: string): Promise<void> {
  const input = { predictionId: id, dueOn, kind: "EDITORIAL" as const, reason: "An example.", expectedVersion };
  const { moveDueDate } = await ask(MOVE, { input }, key);
  const codes: UserErrorCode[] = moveDueDate.userErrors.map(({ code }) => code);
  console.log(moveDueDate.prediction?.dueOn ?? codes.join(" "));
}

declare const process: { argv: string[] };
const id = process.argv[2] ?? "";
const read = await version(id);
const key = crypto.randomUUID();
await move(id, "2099-02-28", read, key);
await move(id, "2099-02-28", read, key);
await move(id, "2099-03-31", read, crypto.randomUUID());
