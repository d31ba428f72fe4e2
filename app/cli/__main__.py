"""`python -m app.cli` is `nerve`."""

from app.cli import main

main()
