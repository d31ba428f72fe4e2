"""Benchmarks of speed and size, run by `make bench`: never timed tests, always on this machine.

Every gate that can be is a ratio within one run: the product against the limit of its own stack, both
measured in turn. The product runs as a real process on SQLite with authentication and assessment on,
over 1,000 seeded projects. Nothing is written into the repository.
"""
