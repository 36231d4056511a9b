"""The tests of domain/suggesting."""
