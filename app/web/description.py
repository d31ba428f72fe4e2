"""The OpenAPI document, with the shapes that no route shows: messages of the live protocol, event types."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

_REF: Final = "#/components/schemas/{model}"


def describe(
    app: FastAPI, more: APIRouter, sent: Mapping[str, Any], received: Mapping[str, Any]
) -> dict[str, Any]:
    """The document of the routes, of paths that one route stands for, and of these unions by name.

    The unions are what we send, and what we receive.
    """
    document, others = app.openapi(), FastAPI()
    others.include_router(more)
    document["paths"].update(others.openapi()["paths"])
    schemas: dict[str, Any] = document["components"]["schemas"]
    _add(schemas, sent, "serialization")
    _add(schemas, received, "validation")
    return document


def _add(schemas: dict[str, Any], unions: Mapping[str, Any], mode: JsonSchemaMode) -> None:
    for name, union in unions.items():
        schema = TypeAdapter(union).json_schema(ref_template=_REF, mode=mode)
        for part, definition in schema.pop("$defs", {}).items():
            schemas.setdefault(part, definition)
        schemas[name] = schema
