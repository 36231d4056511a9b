// Only the SHA-256 of a query is sent once the server knows it.
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { createHash } from "node:crypto";

const requests = [];
const fetchAndNote = (address, options) => {
  requests.push(options.method === "GET" || !("query" in JSON.parse(options.body)) ? "hash" : "query");
  return fetch(address, options);
};

const sha256 = (query) => createHash("sha256").update(query).digest("hex");
const link = new PersistedQueryLink({ sha256 }).concat(
  new HttpLink({ uri: "http://127.0.0.1:8000/graphql", fetch: fetchAndNote }),
);
const client = new ApolloClient({ link, cache: new InMemoryCache(), defaultOptions: { query: { fetchPolicy: "no-cache" } } });

const query = gql`query Persisted { viewer { role } }`;
for (const time of ["first", "second"]) {
  const { data } = await client.query({ query });
  console.log(`The ${time} time:`, requests.splice(0).join(", then "), data.viewer.role);
}
client.stop();
