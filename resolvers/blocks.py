"""Having nothing to do with somebody."""

from typing import NamedTuple

from context import Info
from mailers import request_mailer
from models import Block, Member, Viewer, blocking
from resolvers.paging import Page, Window, page


class Unblocked(NamedTuple):
    """What unblocking leads to."""

    viewer: Viewer


async def block(info: Info, member_id: str) -> Block:
    """Blocks a member: the two find and hear nothing of each other any more.

    Requests that wait between the two are closed, as the program closes requests; nobody is told of
    the block itself. What the two shared before stays readable to both, with the name of the other and
    nothing else of them. Who work together complete their relationship first. Blocking again
    changes nothing.
    """
    viewer = info.context.viewer
    blocked = await blocking.block(await find(viewer, member_id), by=viewer)
    for request, reader in blocked.closed:
        await request_mailer.closed(request, reader).deliver_later()
    return blocked.block


async def unblock(info: Info, member_id: str) -> Unblocked:
    """Ends a block of the viewer; what was withheld meanwhile stays so. Again, it changes nothing."""
    viewer = info.context.viewer
    await blocking.unblock(await find(viewer, member_id), by=viewer)
    return Unblocked(Viewer(viewer))


async def blocks(info: Info, window: Window) -> Page[Block]:
    """Members whom the viewer blocked, newest first."""
    return await page(Block.listed_for(info.context.viewer), window)


async def find(viewer: Member, id: str) -> Member:
    """Somebody whom the viewer sees, or blocked. Refuses NOT_FOUND."""
    return await Member.find(id, among=Member.addressable_by(viewer), field=("member_id",))
