"""How does a plan run? This happens in each request: a plan yields statements, is sent their rows, and returns data.

plan       the roots in their order, on the event loop or in a thread
roots      the fields of the query type: lists, records by ids, values
search     the search of all records
levels     a level reads its rows by one statement, then loads its children
children   the loaders for all rows of a level together
arguments  the arguments of fields, given the values of variables
"""
