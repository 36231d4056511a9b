"""Is everything that a request makes a server do paid for? Requests of every kind are sent to a real server, and their time is
held against their price.

rows       what is recorded: ten thousand claims with long notes, and articles of 900 KB
server     a server that counts to a thousand million, and what a request costs on it
kinds      the dearest requests that are known, of each kind
searching  a search for dearer ones
waiting    how long others wait meanwhile

`python -m tests.prices` prints the table. It fails where a kind costs more than ten times as much time a point as the middle one,
or where somebody else waits too long.
"""
