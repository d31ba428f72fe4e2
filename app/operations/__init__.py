"""One module per noun, one function per thing a person or system can do: load, decide, save.

May import domain, store and adapters. Never the web.
"""
