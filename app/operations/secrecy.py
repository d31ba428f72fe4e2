"""Secrets that machines carry: 256 random bits, of which only the hash is kept."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, fit for a cookie or a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored and looked up. Unsalted and fast, which is right for random secrets only."""
    return hashlib.sha256(secret.encode()).hexdigest()
