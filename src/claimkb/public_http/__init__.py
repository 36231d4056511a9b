"""HTTP to addresses that others name: to public addresses only, and to the very address that was checked.

Webhooks and captures share it: it knows neither.
"""
