"""Clients as people use them: real ones, on a real server."""
