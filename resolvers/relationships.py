"""Working together, and parting."""

from typing import NamedTuple

from context import Context, Info
from mailers import relationship_mailer
from models import (
    CompletionOutcome,
    GratitudeNote,
    Member,
    MentoringRelationship,
    RelationshipCriteria,
    Role,
)
from resolvers import sessions
from resolvers.paging import Page, Window, page


async def relationships(
    info: Info, window: Window, filter: RelationshipCriteria | None = None
) -> Page[MentoringRelationship]:
    """Mentoring relationships of the viewer: running ones first, then newest first."""
    criteria = filter or RelationshipCriteria()
    return await page(MentoringRelationship.listed_for(info.context.viewer, criteria), window)


async def complete(
    info: Info,
    relationship_id: str,
    outcome: CompletionOutcome,
    gratitude_note: str = "",
    is_note_shareable: bool = False,
) -> MentoringRelationship:
    """Completes a relationship, at once and without consent. The partner is told by e-mail."""
    viewer = info.context.viewer
    relationship = await find(viewer, relationship_id)
    await relationship.complete(by=viewer, outcome=outcome)
    await sessions.call_off_coming(relationship, by=viewer)
    note = None
    if gratitude_note.strip():
        note = await relationship.thank(
            by=viewer, words=gratitude_note, is_shareable=is_note_shareable, field="gratitude_note"
        )
    partner = await Member.get(id=relationship.partner_id(viewer))
    thanks = note.text if note else ""
    await relationship_mailer.completed(relationship, partner, thanks).deliver_later()
    return relationship


class Thanked(NamedTuple):
    """What thanking leads to."""

    gratitude_note: GratitudeNote
    relationship: MentoringRelationship


async def add_gratitude_note(
    info: Info, relationship_id: str, text: str, is_shareable: bool = False
) -> Thanked:
    """Thanks the partner of a completed relationship, once. The note is sent by e-mail, too."""
    viewer = info.context.viewer
    relationship = await find(viewer, relationship_id)
    note = await relationship.thank(by=viewer, words=text, is_shareable=is_shareable)
    partner = await Member.get(id=relationship.partner_id(viewer))
    await relationship_mailer.thanks_received(note, partner).deliver_later()
    return Thanked(note, relationship)


async def partner(relationship: MentoringRelationship, info: Info) -> Member | None:
    """The other person, seen from the viewer."""
    return await info.context.load(Member, relationship.partner_id(info.context.viewer))


async def viewer_role(relationship: MentoringRelationship, info: Info) -> Role | None:
    """Role of the viewer."""
    return relationship.role_of(info.context.viewer)


async def completion(
    relationship: MentoringRelationship, info: Info
) -> MentoringRelationship | None:
    """How it ended; null while it runs."""
    return None if relationship.is_running else relationship


async def gratitude_notes(relationship: MentoringRelationship, info: Info) -> list[GratitudeNote]:
    """Thanks the two wrote to each other, at most one from each, oldest first."""
    return await info.context.batched(_gratitude_notes, relationship.id)


async def viewer_can_update(relationship: MentoringRelationship, info: Info) -> bool:
    """Whether the viewer may change what the two work on, such as the agreement and the goals."""
    return relationship.is_running


async def viewer_can_complete(relationship: MentoringRelationship, info: Info) -> bool:
    """Whether the viewer may complete it."""
    return relationship.is_running


async def viewer_can_add_gratitude_note(relationship: MentoringRelationship, info: Info) -> bool:
    """Whether the viewer may still thank the partner."""
    if relationship.is_running:
        return False
    notes = await gratitude_notes(relationship, info)
    return all(it.author_id != info.context.viewer.id for it in notes)


async def find(viewer: Member, id: str) -> MentoringRelationship:
    """A relationship of the viewer, with both members. Refuses NOT_FOUND."""
    visible = MentoringRelationship.visible_to(viewer).prefetch_related("mentor", "mentee")
    return await MentoringRelationship.find(id, among=visible, field=("relationship_id",))


async def _gratitude_notes(
    context: Context, relationship_ids: list[str]
) -> list[list[GratitudeNote]]:
    notes: dict[str, list[GratitudeNote]] = {id: [] for id in relationship_ids}
    visible = GratitudeNote.visible_to(context.viewer)
    for note in await visible.filter(relationship_id__in=relationship_ids).order_by("id"):
        notes[note.relationship_id].append(note)
    return [notes[id] for id in relationship_ids]
