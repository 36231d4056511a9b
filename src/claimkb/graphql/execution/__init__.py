"""How is an operation prepared, admitted and given its state? In the order of reading:

operation_request     a request for one operation, and the refusal of one
persisted_documents   documents that clients name by their hash
document_cache        documents that are parsed and validated, with the sizes of their operations
syntax                searches in a syntax tree
admission             the limits that an operation must meet before it is executed
context               the state of one operation, and its way into reads and actions
loader                reads that many fields share, one batch for each turn of the event loop
threads               synchronous work in threads, with bulkheads and time limits
change_feed           how subscriptions learn of a commit
in_process_context    the context of a query without a server
"""
