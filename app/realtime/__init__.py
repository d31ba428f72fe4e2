"""The live edge: protocol (no sockets), feed, hub, websocket, long-poll.

May import web, operations and domain. It carries revisions of the board and never makes one.
"""
