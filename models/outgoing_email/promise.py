"""Promising an e-mail in the transaction that it tells of, and taking the promise back."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tortoise import fields

from models import clock
from models.choice import Choice
from models.database import rows
from models.fields import MomentField, one_of
from models.member import Member
from models.record import Record, new_id


class OutgoingState(Choice):
    """What has become of a promised e-mail."""

    QUEUED = "Waiting for its time."
    SENDING = "A worker holds it."
    SENT = "The mail server took it."
    DEAD = "It cannot be sent, or was tried for too long."
    CANCELLED = "It was no longer called for."


class OutgoingPhase(Choice):
    """How far the last worker got with it."""

    WAITING = "Nobody holds it."
    CLAIMED = "A worker holds it and has not begun to send."
    DATA = "It may have reached the mail server."


class Promise(Record):
    """The part of an outgoing e-mail that is known when it is promised.

    Its id is also the first half of its Message-ID, which is why sending it twice makes one message.
    """

    PREFIX = "eml"

    dedupe_key = fields.TextField()
    reader: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="outgoing_emails", null=True
    )
    reader_id: str | None
    template = fields.TextField()
    facts: dict[str, Any] = fields.JSONField()
    about_id = fields.TextField()
    state = one_of(OutgoingState)
    phase = one_of(OutgoingPhase)
    due_at: datetime = MomentField()

    class Meta:
        abstract = True

    @classmethod
    async def promise(
        cls, *, key: str, reader: Member, template: str, facts: Mapping[str, Any], about: Record
    ) -> bool:
        """Have it sent once the running transaction commits. False if `key` was promised before."""
        promised = await rows(
            """
            INSERT INTO outgoing_email
                (id, created_at, dedupe_key, reader_id, template, facts, about_id,
                 state, phase, due_at, attempts)
            VALUES (:id, :now, :key, :reader, :template, :facts, :about, 'QUEUED', 'WAITING', :now, 0)
            ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
            """,
            id=new_id(cls.PREFIX),
            now=clock.now(),
            key=key,
            reader=reader.id,
            template=template,
            facts=json.dumps(facts),
            about=about.id,
        )
        return bool(promised)

    @classmethod
    async def take_back(cls, template: str, *, about: Record) -> bool:
        """Cancel the e-mails of a template about a row that still wait.

        True if one of them may have reached its reader, who then has to be told otherwise.
        """
        which = {"about": about.id, "template": template}
        await rows(
            "UPDATE outgoing_email SET state = 'CANCELLED', mime = NULL"
            " WHERE about_id = :about AND template = :template AND state = 'QUEUED' RETURNING id",
            **which,
        )
        arrived = await rows(
            "SELECT id FROM outgoing_email WHERE about_id = :about AND template = :template"
            " AND (state IN ('SENDING', 'SENT') OR phase = 'DATA')",
            **which,
        )
        return bool(arrived)

    async def first_about_the_same(self) -> str:
        """The id of the reader's first e-mail about the same row: where the conversation began."""
        [first] = await rows(
            "SELECT id FROM outgoing_email WHERE about_id = :about AND reader_id = :reader"
            " ORDER BY created_at, id LIMIT 1",
            about=self.about_id,
            reader=self.reader_id,
        )
        return str(first["id"])
