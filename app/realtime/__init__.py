"""The live edge: protocol (no sockets), feed, hub, websocket, long-poll.

May import web, operations and what lies below. It carries revisions of the board and never makes one.
"""
