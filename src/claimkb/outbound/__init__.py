"""What claimkb does and sends of its own accord: the job on its schedule, digests, webhooks."""
