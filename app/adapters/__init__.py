"""Other people's records turned into our events by mapping documents. Pure: bytes in, events out."""
