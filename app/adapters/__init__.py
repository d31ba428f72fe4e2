"""Other people's records turned into our events by mapping documents. Pure: bytes in, events out.

May import domain. Never posts anything: whoever calls does that, as any integration would.
"""
