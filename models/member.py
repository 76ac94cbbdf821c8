"""People: who they are, what others see of them, and whether they are still members."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models import clock, email_address, email_language, text
from models.block import APART, Block
from models.database import dialect, rows
from models.fields import MomentField, one_of
from models.profile import CareerStage, ContactVisibility, ProfileChanges, check
from models.program import Program
from models.record import Record
from models.refusal import Reason, Refusal

MOST_AT_ONCE = (
    100  # members for whom something is done in one transaction, which must not take long
)

NAMELESS = "Former member"  # whoever was erased; e-mails say it in their language

# In SQL, of a `member m` at `:now`: still a member, and not suspended.
IN_GOOD_STANDING = "(m.suspended_at IS NULL AND (m.valid_until IS NULL OR m.valid_until > :now))"


class Member(Record):
    """Member of the association, as other members see them."""

    PREFIX = "mem"

    updated_at = MomentField()
    username = fields.TextField()
    username_key = fields.TextField()
    email = fields.TextField()
    email_key = fields.TextField()
    password_hash: str | None = fields.TextField(null=True)
    has_signed_in = fields.BooleanField(default=False)
    is_coordinator = fields.BooleanField(default=False)
    valid_until: datetime | None = MomentField(null=True)
    suspended_at: datetime | None = MomentField(null=True)
    erased_at: datetime | None = MomentField(null=True)
    name = fields.TextField()
    name_key = fields.TextField()
    pronouns = fields.TextField(null=True)
    avatar_url = fields.TextField(null=True)
    picture_id: str | None = fields.TextField(null=True)
    headline = fields.TextField(null=True)
    bio = fields.TextField(null=True)
    organization = fields.TextField(null=True)
    location = fields.TextField(null=True)
    industry = fields.TextField(null=True)
    career_stage: CareerStage | None = one_of(CareerStage, null=True)
    languages = fields.TextField(default="")
    email_language: str | None = fields.TextField(null=True)
    time_zone = fields.TextField(default="UTC")
    contact_visibility = one_of(ContactVisibility, default=ContactVisibility.PARTNERS)

    class Meta:
        table = "member"

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.updated_at = self.updated_at or self.created_at
        self.keep_keys()

    def keep_keys(self) -> None:
        """Bring the columns that are compared and sorted up to what people wrote."""
        self.name_key = text.key(self.name)
        self.username_key = text.key(self.username)
        self.email_key = self.email.casefold()

    @classmethod
    def nameless(cls, member: "Member") -> Self:
        """What remains of a member who is erased: a row for others' rows to refer to."""
        return cls(
            id=member.id,
            created_at=member.created_at,
            name=NAMELESS,
            username=member.id,
            email=f"{member.id}@erased.invalid",
            is_coordinator=False,
            contact_visibility=ContactVisibility.NOBODY,
        )

    @property
    def is_erased(self) -> bool:
        """Whether nobody knows any more who it was."""
        return self.erased_at is not None

    @property
    def language_tags(self) -> list[str]:
        """Languages spoken, as BCP 47 tags, the best first."""
        return self.languages.split()

    def email_language_in(self, program: Program) -> str:
        """The language of e-mails: as chosen, else the first offered that is spoken, or the program's."""
        chosen = [self.email_language] if self.email_language else []
        return email_language.best([*chosen, *self.language_tags, *program.language_tags])

    @property
    def is_in_good_standing(self) -> bool:
        """Whether the membership is valid now and not suspended."""
        lapsed = self.valid_until is not None and self.valid_until <= clock.now()
        return self.suspended_at is None and not lapsed

    @property
    def clock_zone(self) -> ZoneInfo:
        """The time zone the member lives in."""
        return ZoneInfo(self.time_zone)

    @property
    def shows_address_to_partners(self) -> bool:
        """Whether those who work with the member may see the address."""
        return self.contact_visibility is not ContactVisibility.NOBODY

    @classmethod
    def in_good_standing(cls) -> QuerySet[Self]:
        """Members whose membership is valid now and not suspended."""
        valid = Q(valid_until=None) | Q(valid_until__gt=clock.now())
        return cls.filter(valid, suspended_at=None)

    @classmethod
    def findable_by(cls, member: "Member") -> QuerySet[Self]:
        """Members in good standing, with no block between the two."""
        return cls.in_good_standing().filter(Block.none_between(member))

    @classmethod
    def visible_to(cls, member: "Member") -> QuerySet[Self]:
        """Whom one may find, and whom one has to do with; coordinators see everybody."""
        if member.is_coordinator:
            return cls.all()
        return cls._any_of(cls.findable_by(member), cls.mentors_of(member), cls.mentees_of(member))

    @classmethod
    def addressable_by(cls, member: "Member") -> QuerySet[Self]:
        """Whom one sees, and whom one blocked, who may be seen nowhere else."""
        blocked = cls.filter(blocks_by_others__blocker_id=member.id)
        return cls._any_of(cls.visible_to(member), blocked)

    @classmethod
    def _any_of(cls, *sets: QuerySet[Self]) -> QuerySet[Self]:
        return cls.filter(Q(*(Q(id__in=Subquery(it.values("id"))) for it in sets), join_type=Q.OR))

    @classmethod
    async def seen_by(
        cls, member: "Member", ids: Sequence[str], *, among: QuerySet[Self] | None = None
    ) -> dict[str, Self]:
        """As they are, if they are there for one: to be found, or a partner. Else just the name."""
        if among is not None:
            ids = [it["id"] for it in await among.filter(id__in=ids).values("id")]
        found = await rows(
            f"SELECT m.*, {IN_GOOD_STANDING} AND NOT {APART} AS is_there"
            " FROM member m WHERE m.id IN :ids",
            ids=ids,
            viewer=member.id,
            now=clock.now(),
        )
        there = {it["id"] for it in found if it.pop("is_there") or member.is_coordinator}
        if gone := [it["id"] for it in found if it["id"] not in there]:
            there |= await cls.partners_among(gone, of=member)
        seen = [cls._init_from_db(**it) for it in found]
        return {it.id: it if it.id in there else it._remembered() for it in seen}

    def _remembered(self) -> Self:
        """The same member as one who told nothing but the name."""
        kept = ("id", "created_at", "name", "valid_until", "suspended_at")
        given = {it: getattr(self, it) for it in kept}
        return type(self)(
            **given, username="", email="", contact_visibility=ContactVisibility.NOBODY
        )

    @staticmethod
    async def partners_among(ids: Sequence[str], *, of: "Member") -> set[str]:
        """Those with whom a member works at present."""
        running = await rows(
            "SELECT mentor_id, mentee_id FROM mentoring_relationship"
            " WHERE state = 'ACTIVE' AND ((mentor_id = :member AND mentee_id IN :others)"
            " OR (mentee_id = :member AND mentor_id IN :others))",
            member=of.id,
            others=ids,
        )
        return {id for it in running for id in it.values()} - {of.id}

    @classmethod
    def mentors_of(cls, member: "Member") -> QuerySet[Self]:
        """Those who are, were or would have been the member's mentors, by a request of either."""
        return cls.filter(requests_as_mentor__mentee_id=member.id)

    @classmethod
    def mentees_of(cls, member: "Member") -> QuerySet[Self]:
        """Those who are, were or would have been the member's mentees, by a request of either."""
        return cls.filter(requests_as_mentee__mentor_id=member.id)

    @classmethod
    def partners_of(cls, member: "Member") -> tuple[QuerySet[Self], QuerySet[Self]]:
        """The mentors, and the mentees, with whom a member works at present."""
        mentors = cls.filter(
            relationships_as_mentor__mentee_id=member.id, relationships_as_mentor__state="ACTIVE"
        )
        mentees = cls.filter(
            relationships_as_mentee__mentor_id=member.id, relationships_as_mentee__state="ACTIVE"
        )
        return mentors, mentees

    @classmethod
    async def named(cls, username: str) -> Self | None:
        """Who signs in with this user name or e-mail address, however it is written."""
        name, address = text.key(username), email_address.key(username)
        found = await cls.filter(Q(username_key=name) | Q(email_key=address))
        # The address of one may look like the user name of another, which is the first to count.
        return max(found, key=lambda it: it.username_key == name, default=None)

    async def hold_password(self) -> None:
        """Have nobody change the password until the transaction ends.

        Refuses BAD_CREDENTIALS if it was changed since this row was read: it was the old one, then,
        that somebody knew.
        """
        await Member.lock([self.id])
        if not await Member.filter(id=self.id, password_hash=self.password_hash).exists():
            raise Refusal(Reason.BAD_CREDENTIALS)

    async def replace_password(self, new: str) -> None:
        """Sign in with another password, of which this is the hash, from now on.

        Refuses BAD_CREDENTIALS if it was changed since this row was read.
        """
        await self.hold_password()
        await Member.filter(id=self.id).update(password_hash=new)

    async def note_sign_in(self) -> bool:
        """Note that the member has signed in. Gives whether it is the first time ever."""
        noted = await rows(
            "UPDATE member SET has_signed_in = TRUE WHERE id = :id AND NOT has_signed_in RETURNING id",
            id=self.id,
        )
        return bool(noted)

    async def change(self, changes: ProfileChanges) -> None:
        """Change one's own public side. Refuses REQUIRED, INVALID, OUT_OF_RANGE, TOO_LONG."""
        check(changes)
        await Member.lock([self.id])
        for name, value in changes.items():
            setattr(self, name, " ".join(value) if isinstance(value, list | tuple) else value)
        self.updated_at = clock.now()
        self.keep_keys()
        # Nothing else: somebody may have suspended the member since this row was read.
        await self.save(update_fields=[*changes, "name_key", "updated_at"])

    @staticmethod
    async def lock(ids: Iterable[str]) -> None:
        """Have other transactions that lock any of these members wait until this one ends.

        Rules that span several rows of a member hold against races because every verb that
        touches them begins here. SQLite has one writer at a time anyway.
        """
        if dialect() == "postgresql":
            # In the order of ids, so that two that want the same members cannot block each other.
            # NO KEY, so that meanwhile others may write rows that refer to them, such as events:
            # two who hold one member each, and tell the other something, would wait for ever.
            await rows(
                "SELECT id FROM member WHERE id IN :ids ORDER BY id FOR NO KEY UPDATE",
                ids=sorted(ids),
            )

    @staticmethod
    async def lock_some(which: str, **values: object) -> list[str]:
        """Lock a few members `m` of whom this is true, in SQL. Gives their ids.

        Those whom another transaction has locked are left to it, and nobody waits: what is done
        for many members takes its turns so.
        """
        skip = "FOR NO KEY UPDATE OF m SKIP LOCKED" if dialect() == "postgresql" else ""
        found = await rows(
            f"SELECT m.id FROM member m WHERE {which} LIMIT {MOST_AT_ONCE} {skip}", **values
        )
        return [it["id"] for it in found]


@dataclass(frozen=True)
class Viewer:
    """The signed-in person, with everything only that person may see."""

    member: Member

    PREFIX: ClassVar[str] = "vwr"

    @property
    def id(self) -> str:
        """The member's id with a prefix of its own: clients cache the two apart."""
        return self.member.id.replace(Member.PREFIX, self.PREFIX, 1)

    @property
    def email(self) -> str:
        """Address that signs in and receives e-mails."""
        return self.member.email

    @property
    def contact_visibility(self) -> ContactVisibility:
        """Who may see the address."""
        return self.member.contact_visibility

    @property
    def is_admin(self) -> bool:
        """Whether the viewer is a coordinator of the program."""
        return self.member.is_coordinator
