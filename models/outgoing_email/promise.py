"""Promising an e-mail in the transaction that it tells of, and taking the promise back."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tortoise import fields

from models import clock
from models.choice import Choice
from models.database import rows, when_committed
from models.event import EventKind
from models.fields import MomentField, one_of
from models.member import Member
from models.outgoing_email import waking
from models.record import Record, new_id


class OutgoingState(Choice):
    """What has become of a promised e-mail."""

    QUEUED = "Waiting for its time."
    SENDING = "A worker holds it."
    SENT = "The mail server took it."
    DEAD = "It cannot be sent, or was tried for too long."
    CANCELLED = "It was no longer called for."
    SUPPRESSED = "Nothing is sent to its address any more."
    HELD = "It waited in a backup that was restored, and may have been sent since."


class Urgency(Choice):
    """Which e-mails go first; the others wait until no more urgent one is due."""

    URGENT = "Somebody sits and waits for it, as for a link to set a new password."
    NORMAL = "Something happened."
    BULK = "Many get the like of it, as a digest or a reminder."


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
    also_about: list[str] | None = fields.JSONField(null=True)  # ids of rows of the same kind
    state = one_of(OutgoingState)
    phase = one_of(OutgoingPhase)
    due_at: datetime = MomentField()
    urgency = one_of(Urgency, default=Urgency.NORMAL)
    kind: EventKind | None = one_of(EventKind, null=True)
    only_while: str | None = fields.TextField(null=True)  # the state of the row it is about
    sent_for: str | None = fields.TextField(null=True)  # the name of a member
    reply_to: str | None = fields.TextField(null=True)  # that member's address
    is_held = fields.BooleanField(default=False)  # until its digest is due
    digest_id: str | None = fields.TextField(null=True)  # the e-mail that tells of it instead
    actor_id: str | None = fields.TextField(null=True)  # the member whose doing it tells of

    class Meta:
        abstract = True

    @classmethod
    async def promise(
        cls,
        *,
        key: str,
        reader: Member | None,
        template: str,
        facts: Mapping[str, Any],
        about: Record,
        also_about: Sequence[Record] = (),
        urgency: Urgency = Urgency.NORMAL,
        kind: EventKind | None = None,
        only_while: Choice | None = None,
        sent_for: str | None = None,
        reply_to: str | None = None,
        held_until: datetime | None = None,
        actor_id: str | None = None,
    ) -> bool:
        """Have it sent once the running transaction commits. False if `key` was promised before.

        One without a reader gets one when it is written. What is `held_until` some instant is told
        in a digest then. With a `kind`, it is not sent to who does not want that any more by then;
        with a state `only_while` a row it is about is in that state. It may be `sent_for` somebody.
        What some `actor_id` did is not told to a reader who blocked them.
        """
        promised = await rows(
            """
            INSERT INTO outgoing_email
                (id, created_at, dedupe_key, reader_id, template, facts, about_id, also_about,
                 state, phase, due_at, is_held, attempts, urgency, kind, only_while, sent_for, reply_to,
                 actor_id)
            VALUES (:id, :now, :key, :reader, :template, :facts, :about, :also, 'QUEUED', 'WAITING',
                    :due, :is_held, 0, :urgency, :kind, :only_while, :sent_for, :reply_to,
                    :actor)
            ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
            """,
            id=new_id(cls.PREFIX),
            now=clock.now(),
            due=held_until or clock.now(),
            is_held=held_until is not None,
            key=key,
            reader=reader.id if reader else None,
            template=template,
            facts=json.dumps(facts),
            about=about.id,
            also=json.dumps([it.id for it in also_about]) if also_about else None,
            urgency=urgency,
            kind=kind,
            only_while=only_while,
            sent_for=sent_for,
            reply_to=reply_to,
            actor=actor_id,
        )
        if promised:
            when_committed(waking.wake)
        return bool(promised)

    @classmethod
    async def take_back(cls, template: str, *, about: Record, reader: Member | None = None) -> bool:
        """Cancel the e-mails of a template about a row that still wait, be it in a digest.

        With a reader, only those to them. True if one of them may have reached its reader, who then
        has to be told otherwise.
        """
        named = {"about": about.id, "template": template, "reader": reader.id if reader else None}
        which = "about_id = :about AND template = :template"
        which += " AND reader_id = :reader" if reader else ""
        await rows(
            "UPDATE outgoing_email SET state = 'CANCELLED', mime = NULL, digest_id = NULL"
            f" WHERE {which} AND (state = 'QUEUED' OR {_UNTOLD}) RETURNING id",
            **named,
        )
        arrived = await rows(
            f"SELECT id FROM outgoing_email WHERE {which}"
            " AND (state IN ('SENDING', 'SENT') OR phase = 'DATA' OR digest_id IS NOT NULL)",
            **named,
        )
        return bool(arrived)

    async def found(self, reader: Member | None) -> None:
        """Note who the reader is, if anybody, and forget the facts by which we looked for them."""
        self.reader_id, self.facts = reader.id if reader else None, {}
        await rows(
            "UPDATE outgoing_email SET reader_id = :reader, facts = '{}' WHERE id = :id RETURNING id",
            reader=self.reader_id,
            id=self.id,
        )

    async def first_about_the_same(self) -> str:
        """The id of the reader's first e-mail about the same matter: where the conversation began.

        What is about a member is about no matter: a digest and a new password have nothing in common.
        """
        if self.about_id.startswith(f"{Member.PREFIX}_"):
            return str(self.id)
        [first] = await rows(
            "SELECT id FROM outgoing_email WHERE about_id = :about AND reader_id = :reader"
            " AND digest_id IS NULL"  # which began no conversation
            " ORDER BY created_at, id LIMIT 1",
            about=self.about_id,
            reader=self.reader_id,
        )
        return str(first["id"])

    async def is_called_for(self) -> bool:
        """Whether a row it is about is still in the state that it depends on."""
        return self.only_while is None or bool(await self.still_called_for())

    async def still_called_for(self) -> set[str]:
        """The ids of those of the rows it is about that are still in the state that it depends on."""
        table = _TABLES[self.about_id.partition("_")[0]]
        found = await rows(
            f"SELECT id FROM {table} WHERE id IN :ids AND state = :state",
            ids=[self.about_id, *(self.also_about or ())],
            state=self.only_while,
        )
        return {it["id"] for it in found}


# In SQL, of an e-mail: the digest that is to tell of it is not written yet.
_UNTOLD = (
    "digest_id IN (SELECT d.id FROM outgoing_email d WHERE d.state = 'QUEUED' AND d.mime IS NULL)"
)
# Of rows with a state.
_TABLES = {"req": "mentoring_request", "rel": "mentoring_relationship", "ses": "mentoring_session"}
