// Builds the page: GraphiQL with the examples as tabs, asking the address that the page came from.
"use strict";

const examples = [...document.querySelectorAll("pre.example")].map((example) => ({ query: example.textContent }));

// Who is not let in is told how to get in; the schema is asked for again when they have.
const unknown = document.getElementById("unknown");
async function ask(...request) {
  const answer = await fetch(...request);
  unknown.hidden = answer.status !== 401;
  return answer;
}

// Subscriptions open a WebSocket (graphql-transport-ws) when one is asked for; nothing is opened before.
const fetcher = GraphiQL.createFetcher({
  url: location.pathname,
  subscriptionUrl: location.origin.replace(/^http/, "ws") + location.pathname,
  fetch: ask,
  headers: { accept: "application/json" },
  enableIncrementalDelivery: false,
});

// Tabs and history are kept in the browser (localStorage), and its own tabs come before the examples. Headers are not kept:
// they may hold a secret.
const page = React.createElement(
  GraphiQL,
  {
    fetcher,
    defaultTabs: examples,
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
    shouldPersistHeaders: false,
  },
  React.createElement(GraphiQL.Logo, null, React.createElement("a", { href: "/sign-in", title: "Who is signed in?" }, "claimkb")),
);

ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
