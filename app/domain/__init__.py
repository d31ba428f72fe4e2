"""What delivery assurance means: events, facts, KPIs, colours, cards. Pure.

May import the standard library and pydantic. Never I/O, a clock, randomness, a database or a web
framework: the same events under the same policy give the same colours, byte for byte.
"""
