"""The GraphQL API. It decides nothing: rules are in domain/, verbs in actions/, statements in store/.

The folders are the phases of a request, in their order:

transport/     reads a request over HTTP, server-sent events or a WebSocket, authenticates its caller, and writes the response
plans/         compiles an operation once, and runs its plan; most operations are answered here
in_process.py  runs a query without a server, by the same phases except transport/
schema/        the types, queries, mutations and subscriptions, and the executor that resolves them field by field
mapping/       how a record of the domain becomes a GraphQL type, and how a field finds its rows
execution/     prepares and admits an operation, and holds its state; its threads lead into the synchronous core
limits/        how much a caller may ask for: settings, costs, and rate limits

A folder imports only folders below it in this list, and plans/ and in_process.py do not know each other. import-linter checks
that (`layers` in pyproject.toml); no folder may be missing there.
"""
