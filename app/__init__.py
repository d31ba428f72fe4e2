"""Nerve Centre: a real-time operations centre for a Delivery Assurance PMO.

Record, assess, publish: every fact arrives as an event and is durably recorded; what the events
mean is assessed and committed as the next numbered revision of the board; every screen is told.
"""

__version__ = "0.1.0"
