"""The tests of graphql."""
