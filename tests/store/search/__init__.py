"""Mirrors store/search/: what words find, and which claims say nearly the same."""
