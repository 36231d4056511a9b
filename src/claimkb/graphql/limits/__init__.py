"""How much may a caller ask for? In the order of reading:

settings          each limit, with its default
cost_directives   how the schema declares costs, and the constants for all other costs
field_costs       the cost of each field of the schema
query_cost        the size and cost of an operation, and which limit it exceeds
cost_meter        the cost of one operation, charged to its caller
rate_limits       the token bucket of each caller
bounded_cache     a cache that drops what was used least recently
"""
