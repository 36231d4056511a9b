"""How does the store speak to a database? The engine knows none of the concepts beside this folder, only records and selects.

In the order of reading:

- outages: the errors that say why the database cannot be used. Everything below raises them.
- cancellation: `Cancellation`, the time that a piece of work has left, and how another thread stops it in the database.
- files, write_queue: a SQLite file, and the queue of its writers. locks, leases: PostgreSQL's locks, and which server works.
- engines, commits: SQLAlchemy's engines and pools, and whether a transaction was committed when the answer was lost.
- database: `Database` puts these together. Each read and each write of claimkb is opened here, and the one commit is here.
- steps: `Steps`, a read as a generator of statements. It knows none of the three ways in which it is driven: `drive` with the
  `Reader` of a session, in a thread; `drive` with the `Reader` of an `InlineReader` (inline_reader), for short reads of SQLite on
  the event loop; `AsyncReader.drive` (async_reader), for PostgreSQL on the event loop. A `Cancellation` stops the first, the second
  stops itself after a millisecond or two, and the third stops when its asyncio task is cancelled.
- records, forms, conditions, ordering, expressions: records by their ids, normal forms, and parts of statements.
- paging: `OrderBy`, `Slice` and `Page`: a page of any select, by keyset.
- relationships: `Relationship`, from a record to others: they are read for many records in one statement, in a session.
- levels, values: the same for compiled reads: the statement of a level as SQL text, and the conversion of the driver's values.
"""
