"""What can a client ask for? In the order of reading:

assembly        the schema, of all that follows
types/          one GraphQL type for each record
queries         the fields of Query
lists           connections with their filters and orders
search          the search through claims, predictions and texts
mutations       the fields of Mutation, one for each verb
subscriptions   the fields of Subscription
backlog         the queue of work of the desk
flagging        the state of the job that flags predictions
permalinks      the address of a record's page
errors          user errors, and the codes of all other errors
executor        executes an operation field by field
"""
