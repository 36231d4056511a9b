"""The plans, and the executor beside them."""
