"""What happened to the viewer, and how soon they want to hear of it by e-mail."""

from collections.abc import Sequence

from context import Context, Info
from models import Enrollment, Event, EventKind, Member, NotificationPreference, Viewer, Wish
from models.outgoing_email.digest import wait_anew
from models.refusal import Reason, Refusal
from resolvers.paging import Page, Window, page

_TEXTS = {
    EventKind.REQUEST_RECEIVED: "{actor} asked you for a mentoring relationship.",
    EventKind.REQUEST_ACCEPTED: "{actor} accepted your request.",
    EventKind.REQUEST_DECLINED: "{actor} declined your request.",
    EventKind.REQUEST_WITHDRAWN: "{actor} withdrew their request.",
    EventKind.REQUEST_EXPIRED: "A request was not answered in time.",
    EventKind.REQUEST_WAITING: "A request has been waiting for your answer for days.",
    EventKind.REQUEST_CLOSED: "A request was closed, because the other side is not available any more.",
    EventKind.FOLLOW_UP_DUE: "A request of yours has waited for days: following up is in order.",
    EventKind.FOLLOW_UP_RECEIVED: "{actor} followed up on their request.",
    EventKind.PAUSE_ENDED: "Welcome back: your pause is over.",
    EventKind.PARTNER_STATUS_CHANGED: "{actor} told you about taking part.",
    EventKind.SESSION_PLANNED: "{actor} planned a session with you.",
    EventKind.SESSION_MOVED: "{actor} changed when or how you meet.",
    EventKind.SESSION_CALLED_OFF: "{actor} called off a session with you.",
    EventKind.SESSION_REMINDER: "A session of yours is near.",
    EventKind.CHECK_IN_DUE: "A check-in is due.",
    EventKind.REVIEW_DUE: "A review is due.",
    EventKind.CHECK_IN_ANSWERED: "{actor} filled in what is due for you both.",
    EventKind.RELATIONSHIP_QUIET: "It has been quiet between you two: please say whether it goes on.",
    EventKind.RELATIONSHIP_CONTINUED: "{actor} said that it goes on.",
    EventKind.AGREEMENT_PROPOSED: "{actor} proposed an agreement.",
    EventKind.AGREEMENT_CONFIRMED: "{actor} confirmed the agreement that you proposed.",
    EventKind.AGREED_DAY_CAME: "The day you agreed on has come: complete your relationship, or go on.",
    EventKind.GOALS_CHANGED: "{actor} changed your goals.",
    EventKind.RELATIONSHIP_COMPLETED: "{actor} completed your mentoring relationship.",
    EventKind.GRATITUDE_RECEIVED: "{actor} thanked you.",
}


async def events(info: Info, window: Window) -> Page[Event]:
    """What happened to the viewer, newest first."""
    return await page(Event.listed_for(info.context.viewer), window)


async def enrollment(event: Event, info: Info) -> Enrollment | None:
    """Enrollment it is about, if any, and if it is visible to the viewer."""
    if event.enrollment_id is None:
        return None
    return await info.context.batched(_enrollments, event.enrollment_id)


async def text(event: Event, info: Info) -> str:
    """Sentence for people, such as `Ada Byron accepted your request.`"""
    actor = await info.context.load(Member, event.actor_id) if event.actor_id else None
    return _TEXTS[event.kind].format(actor=actor.name if actor else "The program")


async def mark_read(info: Info, up_to_event_id: str) -> Viewer:
    """Marks an event and all before it as read."""
    viewer = info.context.viewer
    mine = Event.visible_to(viewer)
    event = await Event.find(up_to_event_id, among=mine, field=("up_to_event_id",))
    await Event.mark_read(viewer, up_to=event)
    return Viewer(viewer)


async def preferences(info: Info) -> list[NotificationPreference]:
    """How soon events are also told by e-mail."""
    return await NotificationPreference.of(info.context.viewer)


async def update_preferences(info: Info, preferences: Sequence[Wish]) -> Viewer:
    """Changes how soon events are told by e-mail."""
    viewer = info.context.viewer
    if len(preferences) > len(EventKind):
        raise Refusal(Reason.OUT_OF_RANGE, "Each kind once, please.", field=("preferences",))
    await choose(viewer, preferences)
    return Viewer(viewer)


async def reader(id: str) -> Member | None:
    """Who gets e-mails, or got them: a former member may stop those that are on their way."""
    return await Member.get_or_none(id=id)


async def choose(member: Member, wishes: Sequence[Wish]) -> None:
    """Keep how soon a member wants to hear of things; what waits already waits accordingly."""
    await NotificationPreference.choose(member, wishes)
    await wait_anew(member)


async def _enrollments(context: Context, ids: list[str]) -> list[Enrollment | None]:
    visible = Enrollment.visible_to(context.viewer)
    found = {it.id: it for it in await visible.filter(id__in=ids)}
    return [found.get(it) for it in ids]
