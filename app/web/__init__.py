"""What both edges share: who is asking, where from, how much, and the one table of problem documents.

May import operations and what lies below. Never a route: those are in `api` and `realtime`.
"""
