"""The speed, measured against peers in one run."""
