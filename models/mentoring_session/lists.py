"""Which sessions there are, of a relationship and of a member."""

from collections.abc import Sequence

from models import clock
from models.database import rows
from models.listing import Key, Listing, OwnListing
from models.member import Member
from models.mentoring_session.session import MentoringSession
from models.mentoring_session.times import SessionState

MOST_IN_CALENDAR = 1000

_OF_MEMBER = (
    "mentoring_session s JOIN mentoring_relationship r ON r.id = s.relationship_id"
    " AND (r.mentor_id = :member OR r.mentee_id = :member)"
)
_COMING = "s.state = 'PLANNED' AND s.ends_at > :now"  # or running at present


def _by_start(*, is_descending: bool) -> tuple[Key, ...]:
    return (
        Key("starts", "s.starts_at", int, is_descending=is_descending),
        Key("id", "s.id", is_descending=is_descending),
    )


def of_relationships() -> OwnListing[MentoringSession]:
    """The sessions of each relationship, latest first."""
    return OwnListing(
        model=MentoringSession,
        source="mentoring_session s",
        alias="s",
        where="1 = 1",
        order=_by_start(is_descending=True),
        owner="s.relationship_id",
    )


def of_member(member: Member, *, is_coming: bool = False) -> Listing[MentoringSession]:
    """All sessions of a member, latest first; or those that are planned and not over, soonest first."""
    return Listing(
        model=MentoringSession,
        source=_OF_MEMBER,
        alias="s",
        where=_COMING if is_coming else "1 = 1",
        order=_by_start(is_descending=not is_coming),
        values={"member": member.id, "now": clock.now()} if is_coming else {"member": member.id},
    )


async def in_calendar_of(member: Member) -> list[MentoringSession]:
    """The latest sessions of a member that were not called off, with their relationships and both."""
    theirs = MentoringSession.visible_to(member).exclude(state=SessionState.CALLED_OFF)
    latest = theirs.order_by("-starts_at", "-id").limit(MOST_IN_CALENDAR)
    return await latest.prefetch_related("relationship__mentor", "relationship__mentee")


async def next_of(relationship_ids: Sequence[str]) -> dict[str, MentoringSession]:
    """The next session of each relationship that has any, which may be running."""
    found = await rows(
        "SELECT * FROM (SELECT s.*, ROW_NUMBER() OVER ("
        "PARTITION BY s.relationship_id ORDER BY s.starts_at, s.id) AS place"
        f" FROM mentoring_session s WHERE s.relationship_id IN :ids AND {_COMING}) placed"
        " WHERE place = 1",
        ids=relationship_ids,
        now=clock.now(),
    )
    for it in found:
        del it["place"]
    return {it["relationship_id"]: MentoringSession._init_from_db(**it) for it in found}
