"""How does an operation become a plan? This happens once per document, engine, and combination of @skip and @include.

selections   the fields that an operation selects of each type
expressions  values of Python, as text of generated functions
levels       records, as levels and the text of the functions that shape their rows
search       the search of all records
operation    the fields of the query type become the roots of a plan

Rows and values are shaped by generated functions: to go through a list of fields for each row would cost several times as much.
Their text is made of positions, quoted response keys, and names of Python objects; no text of a client is in it unquoted. The
parameters have one letter:

r  a row, as the driver gives it; r[3] is the fourth column of its level
v  a value of Python: a resolver's parent, or its result; x is an element of a list of values
g  g[0] is the run, which resolvers take for `info`; g[2] is the mapping that the second child of the level loaded, by key
p  the rows of a page, of a list with t rows in all
n  whether there is a next page, b whether there is one before
c  the function that writes the cursor of a row
"""
