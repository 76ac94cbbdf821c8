"""What clients send, made plain for resolvers and checked for characters nobody can store."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, TypeVar, dataclass_transform

import strawberry

from context import BadInput
from models.refusal import Problems, Reason
from models.text import is_storable

T = TypeVar("T", bound=type)


@dataclass_transform()
def takes(description: str, *, becomes: type | None = None, clearable: Sequence[str] = ()) -> Any:
    """Declare an input. It `becomes` this class of the models; null clears the `clearable` fields.

    Everywhere else null means the same as leaving the field out.
    """

    def declare(view: T) -> T:
        declared = strawberry.input(view, description=description)
        declared.becomes = becomes  # type: ignore[attr-defined]
        declared.clearable = frozenset(clearable)  # type: ignore[attr-defined]
        return declared

    return declare


def may(description: str, default: Any = strawberry.UNSET) -> Any:
    """A field of an input that may be left out."""
    return strawberry.field(default=default, description=description)


def must(description: str) -> Any:
    """A field of an input that has to be given."""
    return strawberry.field(description=description)


class Input:
    """What `takes` adds to a class."""

    becomes: ClassVar[type | None]
    clearable: ClassVar[frozenset[str]]


def plain(value: Any) -> Any:
    """An input as keyword arguments, or as the class that it becomes; other values as they are.

    Raises BadInput for text outside of mutations that nobody can store.
    """
    if isinstance(value, list):
        return [plain(it) for it in value]
    if isinstance(value, str) and not is_storable(value):
        raise BadInput("Texts must not contain NUL characters or lone surrogates.")
    if not _is_input(value):
        return value
    given = {it.name: getattr(value, it.name) for it in fields(value)}
    kept = {
        name: plain(it)
        for name, it in given.items()
        if it is not strawberry.UNSET and (it is not None or name in value.clearable)
    }
    return value.becomes(**_hashable(kept)) if value.becomes else kept


def problems_in(value: Any) -> Problems:
    """Texts of a mutation's input that nobody can store, with their paths."""
    problems = Problems()
    for path, text in _texts(value, ()):
        if not is_storable(text):
            message = "Texts must not contain NUL characters or lone surrogates."
            problems.add(Reason.INVALID, message, field=path)
    return problems


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for place, it in enumerate(value):
            yield from _texts(it, (*path, str(place)))
    elif _is_input(value):
        for it in fields(value):
            yield from _texts(getattr(value, it.name), (*path, it.name))


def _is_input(value: Any) -> bool:
    return is_dataclass(value) and hasattr(value, "becomes")


def _hashable(given: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(it) if isinstance(it, list) else it for name, it in given.items()}
