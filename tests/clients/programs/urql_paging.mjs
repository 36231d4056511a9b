// Page by page with urql.
import { Client, fetchExchange, gql } from "@urql/core";

const client = new Client({ url: "http://127.0.0.1:8000/graphql", exchanges: [fetchExchange] });
const CLAIMS = gql`
  query Claims($after: String) {
    claims(first: 15, after: $after, filter: { kind: [FACT] }) { nodes { id statement } pageInfo { hasNextPage endCursor } }
  }
`;

const ids = [];
let page = { hasNextPage: true, endCursor: null };
while (page.hasNextPage) {
  const { data, error } = await client.query(CLAIMS, { after: page.endCursor });
  if (error) throw error;
  ids.push(...data.claims.nodes.map(({ id }) => id));
  page = data.claims.pageInfo;
}
console.log(ids.length === new Set(ids).size, ids.length);
