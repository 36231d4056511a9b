"""The tests. They mirror src/claimkb."""
