"""What types share: being refetched by id, coming in pages, being the result of a mutation."""

from typing import Annotated, Any, Generic, TypeVar

import strawberry

from resolvers import paging
from schema.errors import UserError
from schema.fields import asks, said, shows

N = TypeVar("N")


@strawberry.interface(description="Object that can be refetched by its id.")
class Node:
    id: strawberry.ID = said("Opaque, globally unique id.")


@shows(paging.PageInfo)
class PageInfo:
    has_next_page: bool = said("Whether more edges follow this page.")
    has_previous_page: bool = said("Whether edges precede this page.")
    start_cursor: str | None = said("Cursor of the first edge; null on an empty page.")
    end_cursor: str | None = said("Cursor of the last edge; null on an empty page.")


@shows(paging.Edge, description="Object in a page.")
class Edge(Generic[N]):
    cursor: str = said("Cursor of this edge.")
    node: N = said("The object.")


@shows(paging.Page, description="Page of a list.")
class Connection(Generic[N]):
    edges: list[Edge[N]] = said("The page with its cursors.")
    nodes: list[N] = said("The page without its cursors.")
    page_info: PageInfo = said("Position of the page.")
    total_count: int = asks(paging.total_count)


@strawberry.interface(description="What every mutation returns besides its result.")
class MutationPayload:
    errors: list[UserError] = strawberry.field(
        default_factory=list,
        description="Expected failures; empty when the mutation succeeded. "
        "Nothing was changed when it is not empty.",
    )

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Root of the graph after the mutation, to refetch whatever the client shows."
    )
    def query(self) -> Annotated["Query", strawberry.lazy("schema.query")]:  # type: ignore[name-defined]  # noqa: F821
        return self  # the root keeps nothing of its own: any object will do


def result(description: str) -> Any:
    """What a mutation leads to; null when it failed."""
    return strawberry.field(default=None, description=description)
