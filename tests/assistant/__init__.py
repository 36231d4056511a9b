"""A model that is asked about a text: a real server on this machine."""
