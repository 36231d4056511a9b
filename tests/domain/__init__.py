"""The tests of domain."""
