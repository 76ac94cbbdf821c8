"""The program itself: its name, its texts and its rules, which coordinators may change."""

from datetime import timedelta
from typing import Self

from tortoise import fields
from tortoise.models import Model

from models.fields import IdField


class Program(Model):
    """Rules and texts of the program. There is one, made with good defaults."""

    id = IdField(primary_key=True)
    name = fields.TextField()
    welcome = fields.TextField()
    guide = fields.TextField()
    expectations = fields.TextField()
    follow_up_subject = fields.TextField()
    follow_up_text = fields.TextField()
    languages = fields.TextField()
    max_open_requests = fields.IntField()
    follow_up_after_days = fields.IntField()
    request_expiry_days = fields.IntField()
    cool_off_days = fields.IntField()
    mentor_capacity = fields.IntField()
    mentee_capacity = fields.IntField()
    quiet_after_days = fields.IntField(default=60)

    class Meta:
        table = "program"

    @classmethod
    async def current(cls) -> Self:
        """The program as it is now."""
        return await cls.get(id="program")

    @property
    def language_tags(self) -> list[str]:
        """Languages that members can choose, as BCP 47 tags in display order."""
        return self.languages.split()

    @property
    def follow_up_after(self) -> timedelta:
        """How long a request waits before following up is in order."""
        return timedelta(days=self.follow_up_after_days)

    @property
    def request_expiry(self) -> timedelta:
        """How long a request waits before it expires."""
        return timedelta(days=self.request_expiry_days)

    @property
    def cool_off(self) -> timedelta:
        """How long after a decline the same person may not be asked again."""
        return timedelta(days=self.cool_off_days)

    @property
    def quiet_after(self) -> timedelta:
        """How long two may not meet before they are asked whether it goes on."""
        return timedelta(days=self.quiet_after_days)
