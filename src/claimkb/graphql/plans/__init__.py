"""How is an operation answered without the executor, which resolves it field by field?

The operation is compiled once: into one SQL statement for each level of records, and one function that shapes the rows of a
level into values of the answer. The compiler reads the declarations of fields (mapping/declarations.py). An operation with a
field that it cannot plan is answered by the executor, with the same data.

planner        compiles and executes the plan of an admitted operation, or falls back to the executor
mutation       performs verbs, and reads their payloads by plans
introspection  answers about the schema alone
compile/       an operation becomes a plan
run/           a plan runs
explain        the statements of a plan, or the reason why there is none
cache          statements, answers and texts that the plans of one planner share

A plan knows no driver. It is a generator (`Steps` in store/engine/steps.py), and three drivers can run it:

    Plan.steps ── (SQL, values) ──▶ driver ──▶ database
        ▲                              │
        └──────────── rows ────────────┘

    drive        SQLite, on the event loop (Database.read_inline): the usual case there, while a plan is brief
    drive        in a thread: on SQLite for other plans; in the transaction of a mutation on both engines
    AsyncReader  PostgreSQL, on the event loop, by asyncpg
"""
