"""Kinds of problem: those that several places tell of. What only one error is told as is beside its row."""

from typing import Final, NamedTuple


class Kind(NamedTuple):
    """A kind of problem: the last part of its type URI, its status, its title."""

    name: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        return f"urn:nerve:problem:{self.name}"


NOT_SIGNED_IN: Final = Kind("not-signed-in", 401, "A valid session, device or key is needed")
FORBIDDEN: Final = Kind("forbidden", 403, "This is not allowed with these credentials")
CROSS_ORIGIN: Final = Kind("cross-origin", 403, "The request comes from a page of another site")
NOT_LOCAL: Final = Kind("not-local", 403, "Only a browser on the server's own machine may do this")
NOT_FOUND: Final = Kind("not-found", 404, "There is no such thing")
METHOD: Final = Kind("method-not-allowed", 405, "The method is not allowed here")
CONFLICT: Final = Kind("id-reused", 409, "The identity of an event was reused for other content")
TOO_LARGE: Final = Kind("too-large", 413, "The request is too large")
CONTENT_TYPE: Final = Kind("unsupported-content-type", 415, "The content type is not understood")
MALFORMED: Final = Kind("malformed", 400, "The request cannot be parsed")
INVALID: Final = Kind("invalid", 422, "The request is not valid")
TOO_MANY: Final = Kind("too-many-requests", 429, "Too many requests")
INTERNAL: Final = Kind("internal", 500, "Something went wrong on the server")
