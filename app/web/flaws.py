"""What errors of operations point at: the fields, and what else the problem document says."""

from typing import Any

from app.domain.screens import WrongArgument
from app.operations.history import EmptySpan, RevisionThinned
from app.operations.keys import UnknownGrant
from app.operations.screens import PlaceTaken, UnknownWall
from app.web.pointers import FieldError


def nearest(error: RevisionThinned) -> dict[str, Any]:
    """The revisions beside the one that is gone."""
    return {"nearest": [{"revision": n, "as_of": at.isoformat()} for n, at in error.nearest]}


def empty_span(_: EmptySpan) -> list[FieldError]:
    """A span that ends before it begins."""
    return [FieldError("/query/to", "out_of_range", "A span ends after it begins.")]


def ungranted(error: UnknownGrant) -> list[FieldError]:
    """Portfolios that a key cannot be granted."""
    listed = ", ".join(error.portfolios)
    return [FieldError("/portfolios", "unknown_portfolio", f"There is no portfolio {listed}.")]


def unknown_wall(_: UnknownWall) -> list[FieldError]:
    """A screen of a portfolio that is not there."""
    return [FieldError("/portfolio", "unknown_portfolio", "There is no such portfolio.")]


def place_taken(error: PlaceTaken) -> list[FieldError]:
    """Two screens in one place of a canvas."""
    return [FieldError("/profile/canvas", "taken", f"{error.name} is at this place of the canvas.")]


def wrong_argument(error: WrongArgument) -> list[FieldError]:
    """A command with something that it does not take."""
    return [FieldError("/argument", "wrong_argument", f"{error.command.title()} takes {error.expected}.")]
