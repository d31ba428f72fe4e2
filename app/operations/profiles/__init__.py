"""Policy profiles that ship with the product, as YAML beside this file.

A profile says in what it differs from the house default; what it does not say is the house default's.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import yaml

from app.domain.events.governance import PolicyDraft
from app.domain.policy import HOUSE_DEFAULT, Policy

ORDER: Final = ("house", "omb-10", "uk-dca-3")


class Profile(NamedTuple):
    """A policy to begin with, and where its numbers are from."""

    id: str
    version: int
    about: str
    policy: Policy


@cache
def shipped() -> tuple[Profile, ...]:
    """Those that come with the product, the house default first."""
    return tuple(_read(name) for name in ORDER)


def _read(name: str) -> Profile:
    said = yaml.safe_load(files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    whole = _over(HOUSE_DEFAULT.model_dump(mode="json"), said["policy"])
    draft = PolicyDraft(policy=Policy.model_validate(whole))
    return Profile(name, said["version"], said["about"].strip(), draft.policy)


def _over(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The base with what the other says instead, part by part."""
    merged = dict(base)
    for name, said in other.items():
        held = merged.get(name)
        both = isinstance(held, Mapping) and isinstance(said, Mapping)
        merged[name] = _over(held, said) if both and held is not None else said
    return merged
