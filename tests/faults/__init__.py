"""A campaign of faults against real servers, while clients write: `make fault-test`.

machines    the server of claimkb, PostgreSQL, and how each is killed
clients     what is written, by which transport, and what was answered
checking    what the database holds in the end, against what was answered
faults      what is done to them
"""
