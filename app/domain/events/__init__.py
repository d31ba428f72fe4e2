"""What can happen: the event types, as pydantic models that are the wire format (CloudEvents 1.0).

One definition gives validation, documentation and the JSON Schemas of `GET /api/v1/event-types`.
`catalogue.py` lists the types, `reading.py` turns bytes into events or refusals.
"""
