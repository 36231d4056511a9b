#!/usr/bin/env bash
# Each outcome since the one that you know, as it is recorded, until stopped: curl_events.sh OUTCOME
last=$1 # the id of the last outcome that you know
curl -sN http://127.0.0.1:8000/graphql -H 'Content-Type: application/json' -H 'Accept: text/event-stream' -d '{
  "query": "subscription($after: ID) { outcomeRecorded(after: $after) { id verdict prediction { question } } }",
  "variables": {"after": "'"$last"'"}
}'
