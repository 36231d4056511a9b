// Builds the page: GraphiQL with the examples as tabs, asking the address that the page came from.
"use strict";

const examples = [...document.querySelectorAll("pre.example")].map((example) => ({ query: example.textContent }));

// A document that stands in one line is laid out; what is no GraphQL stays as it is.
function laidOut(query) {
  const { parse, print } = GraphiQL.GraphQL;
  try {
    return query.includes("\n") ? query : print(parse(query));
  } catch {
    return query;
  }
}

function spread(variables) {
  try {
    return JSON.stringify(JSON.parse(variables), null, 2);
  } catch {
    return variables;
  }
}

// What the address asks is text for the editor, also a mutation: it is not sent before somebody presses the button.
function fromAddress() {
  const said = new URLSearchParams(location.search);
  const query = laidOut(said.get("query") ?? "");
  return query ? [{ query, variables: spread(said.get("variables") ?? "") }] : [];
}

// Where GraphiQL has kept tabs it takes these; what the address asks belongs before them, once.
function putFirst({ query, variables }) {
  try {
    localStorage.setItem("graphiql:query", query);
    localStorage.setItem("graphiql:variables", variables);
    const kept = JSON.parse(localStorage.getItem("graphiql:tabState"));
    const others = kept.tabs.filter((tab) => tab.query !== query || (tab.variables ?? "") !== variables);
    const title = query.match(/^\s*(?:query|mutation|subscription)\s+(\w+)/m)?.[1] ?? "<untitled>";
    const first = { id: `address-${Date.now()}`, title, query, variables, headers: null, operationName: null, response: null };
    localStorage.setItem("graphiql:tabState", JSON.stringify({ activeTabIndex: 0, tabs: [first, ...others] }));
  } catch {
    // Nothing is kept, or nothing may be.
  }
}

const asked = fromAddress();
asked.forEach(putFirst);

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
    ...asked[0],
    defaultTabs: [...asked, ...examples],
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
    shouldPersistHeaders: false,
  },
  React.createElement(GraphiQL.Logo, null, React.createElement("a", { href: "/sign-in", title: "Who is signed in?" }, "claimkb")),
);

ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
