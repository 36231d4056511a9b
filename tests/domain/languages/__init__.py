"""The tests of actions."""
