"""What does claimkb do and send of its own accord?

scheduler runs the job and the outbox on time. delivering is the outbox: it claims, sends and settles deliveries, by the ways of
digests (Apprise) and webhooks (events are their messages); public_http beside this folder keeps both from private addresses.
feeds and calendars write documents that readers fetch; writable replaces characters that these cannot hold.
"""
