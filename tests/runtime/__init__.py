"""What claimkb is installed as: from the lock of what it runs on alone, and as a wheel."""
