#!/usr/bin/env bash
# Variables, a read by GET, a mistake, a safe repeat, a persisted query and server-sent events with curl.
set -euo pipefail

echo '{"query": "query($id: ID!) { prediction(id: $id) { dueOn } }", "variables": {"id": "1df0690a-b80a-5dae-8c18-d3fd3e97f341"}}' > due.json
curl -s http://127.0.0.1:8000/graphql -H 'Content-Type: application/json' -d @due.json
echo

curl -s -G http://127.0.0.1:8000/graphql --data-urlencode 'query={ viewer { role } }'
echo

curl -s http://127.0.0.1:8000/graphql -H 'Content-Type: application/json' -d '{"query": "{ predictions(first: 101) { totalCount } }"}'
echo

echo '{"query": "mutation { recordClaim(input: {statement: \"The bridge of curl opens.\", kind: PREDICTION, voice: UNATTRIBUTED}) { claim { id } userErrors { message } } }"}' > claim.json
key="curl-$(date +%s)-$$" # any text of yours, new for each change
for time in first second; do
  curl -s http://127.0.0.1:8000/graphql -H 'Content-Type: application/json' -H "Idempotency-Key: $key" -d @claim.json
  echo
done

query='{ backlog { today } }'
hash=$(printf %s "$query" | sha256sum | cut -d ' ' -f 1)
extensions="{\"persistedQuery\": {\"version\": 1, \"sha256Hash\": \"$hash\"}}"
curl -s -G http://127.0.0.1:8000/graphql --data-urlencode "extensions=$extensions"
echo
curl -s -G http://127.0.0.1:8000/graphql --data-urlencode "query=$query" --data-urlencode "extensions=$extensions"
echo
curl -s -G http://127.0.0.1:8000/graphql --data-urlencode "extensions=$extensions"
echo
