"""What is read and written? The only folder that speaks SQL and knows a dialect. Each file is a concept; engine/ says how.

- Lists that the API shows, each with its filter, its order and its `matching`: claims, predictions, claimants, sources, accounts,
  channels, deliveries, revisions, searches (saved ones).
- Parts of these: reviews and replies (of claims and predictions), series (a claim's predictions, and which waits next),
  slippages and track_records (counted from predictions), doubles (records in the same normal form).
- search: the index of words, and records that are like a statement.
- What the job and the outbox do: flags, announcements, deliveries, digests, feeds.
- What is written by hooks with every change: revisions, search entries and announcements, each by its `watch` or `note`.
- What keeps the database sound: migrations, folding (normal forms written anew), ghosts (traces of changes that were never made),
  verification (does the history hold together?), performed (idempotency keys).
"""
