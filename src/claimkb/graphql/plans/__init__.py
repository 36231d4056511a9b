"""How is a read answered without the executor that resolves it field by field?

An operation is compiled once: into one SQL statement for each level of records, and one function that shapes the rows of a
level into what JSON holds. What is compiled is what views, edges and lists declare on their fields; what they do not declare
is left to the executor, which answers the same.

selections  what an operation selects of each type
writing     values of Python become text of the functions
building    selections become levels and the text of their functions
searching   a search becomes a question
compiling   the fields of the query become the questions of a plan
reading     a level runs: its statement, then those of its children
belonging   what is read for all records of a level together
questions   what an answer begins with
doing       a mutation is carried out, and what it gave is read
introspecting  a question about the schema alone has always the same answer
known       what is worked out of a document is remembered
answering   an operation is measured, charged, and answered by its plan
explaining  what a plan asks of the database, or why there is none
keeping     how much of all this is remembered
"""
