"""Any object by its id."""

from collections.abc import Sequence

from context import BadInput, Context, Info
from models import (
    Agreement,
    Block,
    CalendarFeed,
    CheckIn,
    Concern,
    Enrollment,
    Event,
    Goal,
    GratitudeNote,
    Member,
    MentoringRelationship,
    MentoringRequest,
    MentoringSession,
    Milestone,
    PrivateNote,
    SignIn,
    Topic,
    Viewer,
)
from models.record import Record

MOST = 100  # ids at once

Node = Record | Viewer
NOUNS: dict[str, type[Record]] = {  # by the beginning of their ids
    it.PREFIX: it
    for it in (
        Block,
        CalendarFeed,
        CheckIn,
        Concern,
        Agreement,
        Enrollment,
        Event,
        Goal,
        GratitudeNote,
        Member,
        MentoringRelationship,
        MentoringRequest,
        MentoringSession,
        Milestone,
        PrivateNote,
        SignIn,
        Topic,
    )
}


async def node(info: Info, id: str) -> Node | None:
    """Any object by id; null when it does not exist or the viewer may not see it."""
    return await info.context.batched(_visible, id)


async def nodes(info: Info, ids: Sequence[str]) -> list[Node | None]:
    """Several objects by id, in the order asked, with null for each that is not visible."""
    if len(ids) > MOST:
        raise BadInput(f"`ids` takes at most {MOST} ids.")
    return await _visible(info.context, list(ids))


async def _visible(context: Context, ids: list[str]) -> list[Node | None]:
    viewer = Viewer(context.viewer)
    found: dict[str, Node] = {viewer.id: viewer}
    for prefix, noun in NOUNS.items():
        wanted = [it for it in ids if it.startswith(f"{prefix}_")]
        if wanted:
            visible = noun.visible_to(context.viewer)
            found |= await noun.seen_by(context.viewer, wanted, among=visible)
    return [found.get(it) for it in ids]
