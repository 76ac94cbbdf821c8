"""What one of the two filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise import fields

from models import clock
from models.check_in import notices
from models.check_in.check_in import CheckIn
from models.check_in.words import CheckInRating
from models.event import Event, EventKind
from models.fields import MomentField, one_of
from models.member import Member
from models.record import Record
from models.refusal import Problems, Reason, Refusal
from models.text import bounded

LONGEST = 1000  # characters of each text: it is a short form


@dataclass(frozen=True)
class Form:
    """What can be filled in."""

    rating: CheckInRating
    went_well: str = ""
    next_steps: str = ""
    wants_help: bool = False

    def checked(self) -> "Form":
        """The same without white space around. Refuses TOO_LONG."""
        problems = Problems()
        went_well, next_steps = (
            bounded(getattr(self, it), problems, field=(it,), most=LONGEST)
            for it in ("went_well", "next_steps")
        )
        problems.refuse_any()
        return Form(self.rating, went_well, next_steps, self.wants_help)


class CheckInAnswer(Record):
    """What one of the two filled in."""

    PREFIX = "cha"

    updated_at: datetime = MomentField()
    check_in: fields.ForeignKeyRelation[CheckIn] = fields.ForeignKeyField(
        "models.CheckIn", related_name="answers"
    )
    check_in_id: str
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="check_in_answers"
    )
    author_id: str
    rating = one_of(CheckInRating)
    went_well = fields.TextField()
    next_steps = fields.TextField()
    wants_help = fields.BooleanField()

    class Meta:
        table = "check_in_answer"

    @classmethod
    async def submit(cls, check_in: CheckIn, form: Form, *, by: Member) -> "CheckInAnswer":
        """Fill it in, or change what one filled in. Refuses WRONG_STATE, TOO_LONG."""
        form = form.checked()
        relationship = check_in.relationship
        await relationship.hold()
        await check_in.refresh_from_db(["closed_at"])
        if check_in.closed_at:
            raise Refusal(Reason.WRONG_STATE, "This one is closed: the next is due already.")
        await notices.forget_check_in(check_in, reader=by)
        answer = await cls.get_or_none(check_in_id=check_in.id, author_id=by.id)
        if answer:
            await answer.update_from_dict({"updated_at": clock.now(), **vars(form)}).save()
            return answer
        partner_id = relationship.partner_id(by)
        await Event.of(check_in, EventKind.CHECK_IN_ANSWERED, to=partner_id, by=by.id)
        now = clock.now()
        return await cls.create(
            check_in=check_in, author=by, created_at=now, updated_at=now, **vars(form)
        )

    @staticmethod
    def are_shown(answers: Sequence["CheckInAnswer"], *, is_open: bool) -> bool:
        """Whether the two see each other's answers, of which these are all."""
        return len(answers) == 2 or not is_open
