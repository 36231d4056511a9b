// Pages of a connection become one list in Apollo's cache.
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import { filter, firstValueFrom } from "rxjs";

const typePolicies = { Query: { fields: { claims: relayStylePagination(["filter", "orderBy"]) } } };
const client = new ApolloClient({
  link: new HttpLink({ uri: "http://127.0.0.1:8000/graphql" }),
  cache: new InMemoryCache({ typePolicies }),
});
const query = gql`
  query Claims($after: String) {
    claims(first: 15, after: $after, filter: { kind: [FACT] }) {
      edges { node { id statement } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

const claims = client.watchQuery({ query });
const complete = () => firstValueFrom(claims.pipe(filter(({ dataState, loading }) => dataState === "complete" && !loading)));

const list = claims.subscribe({});
let { data } = await complete();
while (data.claims.pageInfo.hasNextPage) {
  await claims.fetchMore({ variables: { after: data.claims.pageInfo.endCursor } });
  ({ data } = await complete());
}
const ids = new Set(data.claims.edges.map(({ node }) => node.id));
console.log(data.claims.edges.length === ids.size, ids.size);
list.unsubscribe();
client.stop();
