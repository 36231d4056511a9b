// Only the SHA-256 of a query is sent once the server knows it.
import { Client, fetchExchange, gql } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

const requests = [];
const fetchAndNote = (address, options) => {
  requests.push(new URL(address).searchParams.has("query") || options.body ? "query" : "hash");
  return fetch(address, options);
};

const client = new Client({
  url: "http://127.0.0.1:8000/graphql",
  exchanges: [persistedExchange({ preferGetForPersistedQueries: true }), fetchExchange],
  fetch: fetchAndNote,
});

const query = gql`query PersistedByUrql { viewer { role } }`;
for (const time of ["first", "second"]) {
  const { data, error } = await client.query(query, {});
  if (error) throw error;
  console.log(`The ${time} time:`, requests.splice(0).join(", then "), data.viewer.role);
}
