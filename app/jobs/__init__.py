"""What happens by the clock: a readable table of name, cadence and operation.

May import operations and what lies below. The table only ticks: what is due, and that it happens once
across nodes, is decided in the database.
"""
