"""Naming: the log knows a person who acted here by an id; whoever reads it is told their name.

Names are not in the log, so a person who is renamed is so in what they did before as well.
"""

from sqlalchemy.engine import Connection

from app.domain.subject import PEOPLE
from app.store import accounts


def people(connection: Connection) -> dict[str, str]:
    """Source (`user/ID`) → name, of everybody who ever had an account here."""
    return {f"{PEOPLE}{user_id}": name for user_id, name in accounts.names(connection).items()}
