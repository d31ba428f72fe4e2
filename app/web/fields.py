"""Fields of forms, with what is wrong with them as codes."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from app.operations.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD


def _printable(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul_character", "U+0000 cannot be stored in text.")
    if not text.isprintable():
        raise PydanticCustomError("control_character", "Control characters are not allowed.")
    return text


def _address(text: str) -> str:
    name, at, host = text.rpartition("@")
    if not (at and name and host) or any(sign.isspace() or sign == "@" for sign in name + host):
        raise PydanticCustomError("wrong_format", "This is not an e-mail address.")
    return text


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PASSWORD)]
"""Something that was given out or chosen earlier; it is compared, not judged."""
Email = Annotated[Line, StringConstraints(max_length=254), AfterValidator(_address)]
Password = Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]


class Form(BaseModel):
    """What a page or a script sends: no unknown fields, no guessing of types."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)
