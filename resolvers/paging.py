"""Pages of any listing, by cursor: `first` and `after`, or `last` and `before`."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from context import BadInput, Context, Info
from models import Listing
from models.listing import OwnListing, Position
from models.record import Record

R = TypeVar("R", bound=Record)

USUAL, MOST = 20, 100  # rows of a page


@dataclass(frozen=True)
class Window:
    """Which page of a list is meant; the arguments of every connection.

    Raises BadInput where they contradict each other or are out of range.
    """

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None:
            raise BadInput("Give `first` or `last`, not both.")
        for name, size in (("first", self.first), ("last", self.last)):
            if size is not None and not 0 <= size <= MOST:
                raise BadInput(f"`{name}` must be between 0 and {MOST}.")

    @property
    def size(self) -> int:
        """How many rows at most."""
        wanted = self.first if self.first is not None else self.last
        return USUAL if wanted is None else wanted

    @property
    def is_from_end(self) -> bool:
        """Whether rows are counted from the end."""
        return self.last is not None


@dataclass(frozen=True)
class Edge(Generic[R]):
    """A row with its cursor."""

    node: R
    cursor: str


@dataclass(frozen=True)
class PageInfo:
    """Position of a page within a connection."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True)
class Page(Generic[R]):
    """Part of a listing."""

    listing: Listing[R]
    edges: list[Edge[R]]
    page_info: PageInfo
    counted: Callable[[Context], Awaitable[int]] | None = None  # with others, where that is known

    @property
    def nodes(self) -> list[R]:
        """The rows without their cursors."""
        return [it.node for it in self.edges]


async def page(listing: Listing[R], window: Window) -> Page[R]:
    """One page of a listing. Raises BadInput for a cursor of another list."""
    found = await listing.slice(
        window.size + 1,
        after=_position(listing, window.after, "after"),
        before=_position(listing, window.before, "before"),
        is_from_end=window.is_from_end,
    )
    return _page(listing, window, found)


async def pages(
    listing: OwnListing[R],
    wanted: Sequence[tuple[str, Window]],
    counted: Callable[[Context, list[str]], Awaitable[list[int]]],
) -> list[Page[R]]:
    """A page of the list of each owner, whose rows are `counted` together, too. Raises BadInput."""
    found = dict[tuple[str, Window], list[tuple[R, Position]]]()
    for window in {window for _, window in wanted}:
        owners = [owner for owner, other in wanted if other == window]
        slices = await listing.slices(
            owners,
            window.size + 1,
            after=_position(listing, window.after, "after"),
            before=_position(listing, window.before, "before"),
            is_from_end=window.is_from_end,
        )
        found |= {(owner, window): it for owner, it in slices.items()}
    return [
        replace(_page(listing, window, found[owner, window]), counted=_of(counted, owner))
        for owner, window in wanted
    ]


async def total_count(found: Page[Record], info: Info) -> int:
    """How many there are on all pages."""
    return await (found.counted(info.context) if found.counted else found.listing.count())


def _of(
    counted: Callable[[Context, list[str]], Awaitable[list[int]]], owner: str
) -> Callable[[Context], Awaitable[int]]:
    return lambda context: context.batched(counted, owner)


def _page(listing: Listing[R], window: Window, found: list[tuple[R, Position]]) -> Page[R]:
    """The page that was found, with one row more if there is one."""
    has_more = len(found) > window.size
    if has_more:
        found = found[1:] if window.is_from_end else found[: window.size]
    edges = [Edge(row, _cursor(listing, position)) for row, position in found]
    return Page(listing, edges, _page_info(edges, window, has_more=has_more))


def _page_info(edges: list[Edge[R]], window: Window, *, has_more: bool) -> PageInfo:
    # What lies beyond a cursor that was given is known by the cursor itself.
    is_back = window.is_from_end
    return PageInfo(
        has_next_page=window.before is not None or (has_more and not is_back),
        has_previous_page=window.after is not None or (has_more and is_back),
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )


def _cursor(listing: Listing[R], position: Position) -> str:
    return urlsafe_b64encode(json.dumps([listing.name, *position]).encode()).decode().rstrip("=")


def _position(listing: Listing[R], cursor: str | None, argument: str) -> Position | None:
    if cursor is None:
        return None
    try:
        name, *position = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        name, position = None, []
    if name != listing.name or not listing.is_position(position):
        raise BadInput(f"`{argument}` is not a cursor of this list in this order.")
    return tuple(position)
