"""claimkb: who claimed what, where exactly, what they said would happen, and what then happened."""

__version__ = "0.2.0"
