"""How does a record become a type of the schema?

A view names the fields of a record that may be seen. Each other field declares what it is read from: the declaration gives it a
resolver for the executor, and stays on the field for the compiler of plans.

views         a record becomes an object type, with the types and descriptions of its columns
scalars       dates, instants, ids and addresses as text
fields        fields that are computed, embedded, read in batches, or read by a query of their own
edges         fields that lead to other records
connections   lists in pages (Relay)
inputs        commands and filters become input types
declarations  the kinds of fields, as the compiler of plans reads them
"""
