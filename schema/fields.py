"""The few ways we declare things, so that every other module here is pure declaration."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, TypeVar, dataclass_transform, get_args

import strawberry
from strawberry.schema_directive import Location

from context import Info
from models import measures
from models.database import transaction
from models.refusal import Refusal
from resolvers.paging import Window
from schema.errors import UserError
from schema.inputs import plain, problems_in
from schema.repeating import once

T = TypeVar("T", bound=type)
Resolver = Callable[..., Awaitable[Any]]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="semanticNonNull", print_definition=False
)
class SemanticNonNull:
    """Marks a position that is null only if it failed."""


@dataclass(frozen=True)
class Argument:
    """An argument of a field: its name in Python, its type, what it means. What may be null may be left out."""

    name: str
    type: Any
    description: str

    @property
    def _is_optional(self) -> bool:
        return NoneType in get_args(self.type)

    @property
    def parameter(self) -> inspect.Parameter:
        """The argument as Strawberry finds it in a signature."""
        return inspect.Parameter(
            self.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=strawberry.UNSET if self._is_optional else inspect.Parameter.empty,
            annotation=Annotated[self.type, strawberry.argument(description=self.description)],
        )


PAGING = (
    Argument("first", int | None, "Number of edges from the start, at most 100; 20 by default."),
    Argument("after", str | None, "Cursor to continue after."),
    Argument("last", int | None, "Number of edges from the end, at most 100."),
    Argument("before", str | None, "Cursor to stop before."),
)


@dataclass_transform()
def shows(noun: type, **options: Any) -> Callable[[T], T]:
    """Declare what clients see of a `noun`; its docstring becomes the description."""

    def declare(view: T) -> T:
        view.is_type_of = classmethod(lambda _, it, __: isinstance(it, (noun, view)))  # type: ignore[attr-defined]
        description = options.pop("description", None) or inspect.getdoc(noun)
        return strawberry.type(view, description=description, **options)

    return declare


def said(description: str) -> Any:
    """A field that the row itself answers by an attribute of the same name."""
    return strawberry.field(description=description)


def query(resolver: Resolver, *arguments: Argument, **options: Any) -> Any:
    """A field answered by `resolver(info, …)` and described by its docstring."""

    async def answer(info: Info, **given: Any) -> Any:
        return await resolver(info, **_ready(given, arguments))

    return _field(answer, resolver, arguments, **options)


def root(resolver: Resolver, *arguments: Argument) -> Any:
    """A field of the query that is null only if it failed."""
    return query(resolver, *arguments, directives=[SemanticNonNull()])


def subscription(resolver: Resolver, *arguments: Argument) -> Any:
    """A field followed by what `resolver(info, …)` leads to, one after the other."""

    async def answer(info: Info, **given: Any) -> Any:
        return await resolver(info, **_ready(given, arguments))

    return _field(answer, resolver, arguments, is_subscription=True)


def asks(resolver: Resolver, *arguments: Argument) -> Any:
    """A field answered by `resolver(row, info, …)`, for what needs the database or the viewer."""

    async def answer(row: strawberry.Parent[Any], info: Info, **given: Any) -> Any:
        return await resolver(row, info, **_ready(given, arguments))

    return _field(answer, resolver, arguments)


def belongs_to(relation: str, description: str) -> Any:
    """The row behind a foreign key, loaded in one batch for the whole response."""

    async def answer(row: strawberry.Parent[Any], info: Info) -> Any:
        id = getattr(row, f"{relation}_id")
        model = type(row)._meta.fields_map[relation].related_model
        return id and await info.context.load(model, id)

    return strawberry.field(resolver=answer, description=description)


def mutation(
    resolver: Resolver,
    input: type,
    payload: type,
    *,
    is_one_transaction: bool = True,
    gives_secret: bool = False,
) -> Any:
    """A field that changes everything it says, or nothing and says why in `errors`.

    Under a key it is done once, unless it is not one transaction, or gives what must not be kept.
    """

    async def answer(info: Info, input: Any) -> Any:
        async def work() -> dict[str, Any]:
            return _results(payload, await resolver(info, **plain(input)))

        key = info.context.key if is_one_transaction and not gives_secret else None
        try:
            problems_in(input).refuse_any()
            if key:
                results = await once(key, work, info.context)
            else:
                results = await (transaction(work) if is_one_transaction else work())
        except Refusal as no:
            measures.MUTATIONS.add(resolver.__name__, no.problems[0].reason.name)
            return payload(errors=[UserError.of(it) for it in no.problems])
        measures.MUTATIONS.add(resolver.__name__, "DONE")
        info.context.forget()
        return payload(**results)

    meaning = input.__strawberry_definition__.description  # type: ignore[attr-defined]
    described = Annotated[input, strawberry.argument(description=meaning)]  # type: ignore[valid-type]
    answer.__annotations__["input"] = described
    return strawberry.mutation(
        resolver=answer, description=inspect.getdoc(resolver), directives=[SemanticNonNull()]
    )


def _field(
    answer: Resolver, resolver: Resolver, arguments: tuple[Argument, ...], **options: Any
) -> Any:
    own = [
        it
        for it in inspect.signature(answer).parameters.values()
        if it.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    answer.__signature__ = inspect.Signature([*own, *(it.parameter for it in arguments)])  # type: ignore[attr-defined]
    return strawberry.field(resolver=answer, description=inspect.getdoc(resolver), **options)


def _ready(given: dict[str, Any], arguments: tuple[Argument, ...]) -> dict[str, Any]:
    """Arguments as resolvers take them: inputs made plain, the four of paging as one window."""
    ready = {name: plain(it) for name, it in given.items() if it is not strawberry.UNSET}
    if PAGING[0] in arguments:
        ready["window"] = Window(**{it.name: ready.pop(it.name, None) for it in PAGING})
    return ready


def _results(payload: Any, outcome: Any) -> dict[str, Any]:
    """The fields of a payload: named by the resolver, or else its one result is the first of them."""
    if hasattr(outcome, "_asdict"):
        return dict(outcome._asdict())
    names = [it.python_name for it in payload.__strawberry_definition__.fields]
    results = [it for it in names if it not in ("errors", "query")]
    return {results[0]: outcome} if results else {}
