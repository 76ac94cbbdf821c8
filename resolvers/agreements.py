"""Agreeing on how to work together."""

from typing import Any, NamedTuple

from context import Context, Info
from mailers import agreement_mailer
from models import Agreement, MentoringRelationship, Terms
from models.agreement import Latest
from resolvers.paging import Page, Window, pages
from resolvers.relationships import find


class Agreed(NamedTuple):
    """What proposing and confirming lead to."""

    agreement: Agreement
    relationship: MentoringRelationship


async def propose_agreement(
    info: Info, relationship_id: str, expected_version: int | None = None, **terms: Any
) -> Agreed:
    """Proposes an agreement, or a change of it, as a new version.

    Proposing it confirms it; it counts once the partner confirms it, too, who is told by e-mail.
    Until then, what both confirmed before goes on.
    """
    viewer = info.context.viewer
    relationship = await find(viewer, relationship_id)
    agreement = await Agreement.propose(
        relationship, Terms(**terms), by=viewer, expected_version=expected_version
    )
    await agreement_mailer.proposed(agreement, by=viewer).deliver_later()
    return Agreed(agreement, relationship)


async def confirm_agreement(info: Info, relationship_id: str, version: int) -> Agreed:
    """Confirms the newest version, which the viewer has seen. The partner is told by e-mail."""
    viewer = info.context.viewer
    relationship = await find(viewer, relationship_id)
    agreement = await Agreement.confirm(relationship, version, by=viewer)
    await agreement_mailer.confirmed(agreement, by=viewer).deliver_later()
    return Agreed(agreement, relationship)


async def agreement(relationship: MentoringRelationship, info: Info) -> Agreement | None:
    """What counts: the version that both confirmed last; null before the first."""
    return (await _latest_in(relationship, info)).confirmed


async def proposed_agreement(relationship: MentoringRelationship, info: Info) -> Agreement | None:
    """What one of the two proposes, and the other has not confirmed yet; null if nothing waits."""
    latest = await _latest_in(relationship, info)
    return latest.newest if latest.newest != latest.confirmed else None


async def of_relationship(
    relationship: MentoringRelationship, info: Info, window: Window
) -> Page[Agreement]:
    """All versions there have been, with who confirmed them when; the newest first."""
    return await info.context.batched(_pages, (relationship.id, window))


async def viewer_can_confirm(agreement: Agreement, info: Info) -> bool:
    """Whether this version waits for the viewer to confirm it."""
    relationship = await info.context.load(MentoringRelationship, agreement.relationship_id)
    latest = await info.context.batched(_latest, agreement.relationship_id)
    if relationship is None or not relationship.is_running or agreement != latest.newest:
        return False
    return not agreement.is_confirmed_in(relationship.role_of(info.context.viewer))


async def _latest_in(relationship: MentoringRelationship, info: Info) -> Latest:
    info.context.know(relationship)  # whose agreements will want it
    latest: Latest = await info.context.batched(_latest, relationship.id)
    return latest


async def _latest(context: Context, relationship_ids: list[str]) -> list[Latest]:
    return await Agreement.latest_of(relationship_ids)


async def _pages(_: Context, wanted: list[tuple[str, Window]]) -> list[Page[Agreement]]:
    return await pages(Agreement.of_relationships(), wanted, _counts)


async def _counts(_: Context, relationship_ids: list[str]) -> list[int]:
    counts = await Agreement.of_relationships().counts(relationship_ids)
    return [counts.get(it, 0) for it in relationship_ids]
