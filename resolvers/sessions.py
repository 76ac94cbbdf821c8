"""Meeting: mentoring sessions, notes on them, and the calendars that show them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple, Unpack

from context import Context, Info
from mailers import session_mailer
from models import (
    CalendarFeed,
    Member,
    MentoringRelationship,
    MentoringSession,
    Plan,
    PlanChanges,
    PrivateNote,
    Viewer,
)
from models.mentoring_session import lists
from models.mentoring_session.notice import notices
from resolvers.paging import Page, Window, page, pages


class Changed(NamedTuple):
    """What moving or calling off leads to."""

    session: MentoringSession
    is_late: bool


async def plan_session(
    info: Info,
    relationship_id: str,
    agenda: str = "",
    **plan: Unpack[PlanChanges],
) -> MentoringSession:
    """Plans a mentoring session. Both get an invitation by e-mail for their calendars."""
    viewer = info.context.viewer
    visible = MentoringRelationship.visible_to(viewer).prefetch_related("mentor", "mentee")
    relationship = await MentoringRelationship.find(
        relationship_id, among=visible, field=("relationship_id",)
    )
    session = await MentoringSession.plan(relationship, Plan(**plan), by=viewer, agenda=agenda)
    for reader in _both(relationship):
        await session_mailer.invitation(session, reader).deliver_later()
    return session


async def move_session(
    info: Info, session_id: str, message: str = "", **changes: Unpack[PlanChanges]
) -> Changed:
    """Moves a planned session to another time or place. Calendars follow, by e-mails to both.

    Within the notice agreed on, or 24 hours, that is possible, but said to be late, and counted.
    """
    viewer = info.context.viewer
    session = await _find(viewer, session_id)
    change = await session.move(changes, by=viewer, message=message)
    if change is None:
        return Changed(session, is_late=False)
    for reader in _both(session.relationship):
        moved = session_mailer.moved(session, reader, change, by=viewer, message=message)
        await moved.deliver_later()
    return Changed(session, change.is_late)


async def call_off_session(info: Info, session_id: str, message: str = "") -> Changed:
    """Calls a planned session off. Calendars follow, by e-mails to both.

    Within the notice agreed on, or 24 hours, that is possible, but said to be late, and counted.
    """
    viewer = info.context.viewer
    session = await _find(viewer, session_id)
    change = await session.call_off(by=viewer, message=message)
    for reader in _both(session.relationship):
        called_off = session_mailer.called_off(
            session, reader, by=viewer, change=change, message=message
        )
        await called_off.deliver_later()
    return Changed(session, change.is_late)


async def call_off_coming(relationship: MentoringRelationship, *, by: Member) -> None:
    """Call off what was planned in a completed relationship, also in the calendars of both."""
    for session in await MentoringSession.call_off_coming(relationship):
        for reader in _both(relationship):
            await session_mailer.called_off(session, reader, by=by).deliver_later()


async def hold_session(info: Info, session_id: str) -> MentoringSession:
    """Notes that a session took place, once it has begun."""
    session = await _find(info.context.viewer, session_id)
    await session.hold()
    return session


async def update_session_notes(
    info: Info, session_id: str, expected_version: int | None = None, **words: str
) -> MentoringSession:
    """Writes the agenda or the notes of a session, which both see."""
    session = await _find(info.context.viewer, session_id)
    await session.note(words, expected_version=expected_version)
    return session


class Noted(NamedTuple):
    """What a private note leads to."""

    private_note: PrivateNote
    session: MentoringSession


async def update_private_notes(info: Info, session_id: str, text: str) -> Noted:
    """Writes down what only the viewer sees of a session; also once all is completed."""
    viewer = info.context.viewer
    session = await _find(viewer, session_id)
    return Noted(await PrivateNote.write(session, text, by=viewer), session)


class FeedCreated(NamedTuple):
    """What making a calendar feed leads to."""

    url: str
    viewer: Viewer


async def create_calendar_feed(info: Info, replace: bool = False) -> FeedCreated:
    """Makes a private address at which calendar programs find all of the viewer's sessions."""
    viewer = info.context.viewer
    token = await CalendarFeed.begin(viewer, may_replace=replace)
    return FeedCreated(f"{info.context.public_url}/calendar/{token}.ics", Viewer(viewer))


async def revoke_calendar_feed(info: Info, calendar_feed_id: str) -> Viewer:
    """Has the address of a calendar feed be worthless."""
    viewer = info.context.viewer
    mine = CalendarFeed.visible_to(viewer)
    feed = await CalendarFeed.find(calendar_feed_id, among=mine, field=("calendar_feed_id",))
    await feed.delete()
    return Viewer(viewer)


async def calendar_feed(info: Info) -> CalendarFeed | None:
    """The viewer's calendar feed, if there is one; its address was shown when it was made."""
    return await CalendarFeed.visible_to(info.context.viewer).first()


async def sessions(
    info: Info, window: Window, upcoming: bool | None = None
) -> Page[MentoringSession]:
    """Mentoring sessions of all of the viewer's relationships."""
    listing = lists.of_member(info.context.viewer, is_coming=bool(upcoming))
    return await page(listing, window)


async def of_relationship(
    relationship: MentoringRelationship, info: Info, window: Window
) -> Page[MentoringSession]:
    """Mentoring sessions, latest first."""
    return await info.context.batched(_pages, (relationship.id, window))


async def next_session(relationship: MentoringRelationship, info: Info) -> MentoringSession | None:
    """The next planned session, or the one that is running."""
    return await info.context.batched(_next, relationship.id)


async def viewer_private_notes(session: MentoringSession, info: Info) -> PrivateNote | None:
    """What the viewer wrote down for themselves: nobody else sees it."""
    return await info.context.batched(_private_notes, session.id)


async def is_change_late(session: MentoringSession, info: Info) -> bool:
    """Whether moving it or calling it off now would be late: by the notice agreed on, or 24 hours before."""
    return session.would_be_late(await info.context.batched(_notices, session.relationship_id))


async def viewer_can_change(session: MentoringSession, info: Info) -> bool:
    """Whether the viewer may move it, or call it off."""
    return session.is_planned and await _is_running(session, info)


async def viewer_can_hold(session: MentoringSession, info: Info) -> bool:
    """Whether the viewer may note that it took place."""
    return session.is_planned and session.has_begun and await _is_running(session, info)


async def _is_running(session: MentoringSession, info: Info) -> bool:
    relationship = await info.context.load(MentoringRelationship, session.relationship_id)
    return relationship is not None and relationship.is_running


async def _find(viewer: Member, id: str) -> MentoringSession:
    visible = MentoringSession.visible_to(viewer)
    with_both = visible.prefetch_related("relationship__mentor", "relationship__mentee")
    return await MentoringSession.find(id, among=with_both, field=("session_id",))


def _both(relationship: MentoringRelationship) -> Sequence[Member]:
    return relationship.mentor, relationship.mentee


async def _pages(_: Context, wanted: list[tuple[str, Window]]) -> list[Page[MentoringSession]]:
    return await pages(lists.of_relationships(), wanted, _counts)


async def _counts(_: Context, relationship_ids: list[str]) -> list[int]:
    counts = await lists.of_relationships().counts(relationship_ids)
    return [counts.get(it, 0) for it in relationship_ids]


async def _notices(_: Context, relationship_ids: list[str]) -> list[timedelta]:
    return await notices(relationship_ids)


async def _next(_: Context, relationship_ids: list[str]) -> list[MentoringSession | None]:
    found = await lists.next_of(relationship_ids)
    return [found.get(it) for it in relationship_ids]


async def _private_notes(context: Context, session_ids: list[str]) -> list[PrivateNote | None]:
    mine = PrivateNote.visible_to(context.viewer).filter(session_id__in=session_ids)
    by_session = {it.session_id: it for it in await mine}
    return [by_session.get(it) for it in session_ids]
