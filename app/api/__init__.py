"""The REST edge: one file per noun, routes of a few lines that parse, call one operation and answer.

May import web, operations and what lies below. Never SQL, never a rule: a refusal is an error of its own
with a row in `app/web/problems.py`.
"""
