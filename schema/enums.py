"""Closed sets of values, with the meaning of each."""

import inspect

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from models import Choice


def choice(noun: type[Choice], name: str | None = None) -> None:
    """Declare a closed set of the models, under its own name or another, with the meaning of each.

    Whoever shows it first declares it; others may say so again.
    """
    if hasattr(noun, "__strawberry_definition__"):
        return
    strawberry.enum(noun, name=name, description=inspect.getdoc(noun))
    definition: StrawberryEnumDefinition = noun.__strawberry_definition__  # type: ignore[attr-defined]
    for value, member in zip(definition.values, noun, strict=True):
        value.description = member.meaning
