"""The tables are what the models think they are, and hold what the rules stand on."""

from typing import Any

import pytest
from tortoise import Tortoise, fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from models import Enrollment
from models.database import rows
from tests.factories import a_member, a_mentee, a_mentor, a_relationship, a_request
from tests.live_schema import Column, columns

pytestmark = pytest.mark.usefixtures("database")

# What links two nouns, or is written by statements alone, has no model.
WITHOUT_A_MODEL = {
    "agreement_ending",
    "budget",
    "email_suppression",
    "enrollment_topic",
    "erasure",
    "heartbeat",
    "event_number",  # a sequence on PostgreSQL
    "idempotency_key",
    "mentoring_request_topic",
    "notification_preference",
    "relationship_notice",
    "schema_version",
    "session_reminder",
    "signing_key",
}
_TYPES = {"INT": "INTEGER", "BOOL": "BOOLEAN", "JSON": "TEXT"}  # how Tortoise calls what we declare


def models() -> list[type[Model]]:
    return list(Tortoise.apps["models"].values())


def declared(model: type[Model]) -> set[Column]:
    return {
        Column(model._meta.db_table, column, type_of(field), bool(field.null))
        for name, column in model._meta.fields_db_projection.items()
        if (field := model._meta.fields_map[name])
    }


def type_of(field: fields.Field[Any]) -> str:
    return _TYPES.get(field.SQL_TYPE, field.SQL_TYPE)


async def test_every_column_of_every_model_stands_in_its_table_and_no_other_does() -> None:
    expected = set[Column]().union(*map(declared, models()))

    found = {
        it._replace(type=it.type.upper())
        for it in await columns()
        if it.table not in WITHOUT_A_MODEL
    }

    assert found - expected == set()
    assert expected - found == set()


async def test_every_table_has_a_model_or_is_known_to_have_none() -> None:
    tables = {it.table for it in await columns()}

    assert tables - WITHOUT_A_MODEL == {it._meta.db_table for it in models()}


async def test_two_requests_cannot_wait_between_the_same_two_people() -> None:
    request = await a_request()

    with pytest.raises(IntegrityError):
        await rows(
            """
            INSERT INTO mentoring_request (id, created_at, mentor_id, mentee_id, sender_id,
                recipient_id, message, state, follow_up_from, expires_at)
            SELECT 'req_2', created_at, mentor_id, mentee_id, sender_id, recipient_id, message,
                state, follow_up_from, expires_at
            FROM mentoring_request WHERE id = :id RETURNING id
            """,
            id=request.id,
        )


async def test_two_relationships_cannot_run_between_the_same_two_people() -> None:
    first = await a_relationship()
    second = await a_relationship()

    with pytest.raises(IntegrityError):
        await rows(
            "UPDATE mentoring_relationship SET mentor_id = :mentor, mentee_id = :mentee"
            " WHERE id = :id RETURNING id",
            mentor=first.mentor_id,
            mentee=first.mentee_id,
            id=second.id,
        )


async def test_nobody_works_with_themselves() -> None:
    relationship = await a_relationship()

    with pytest.raises(IntegrityError):
        await rows(
            "UPDATE mentoring_relationship SET mentee_id = mentor_id WHERE id = :id RETURNING id",
            id=relationship.id,
        )


@pytest.mark.parametrize(
    "change",
    [
        "places_taken = -1",
        "capacity = 0",
        "role = 'FRIEND'",
        "status = 'AWAY'",
        "returns_at = 1",
        "duration_minutes = 5",
    ],
)
async def test_an_enrollment_holds_nothing_impossible(change: str) -> None:
    mentor = await a_mentor()

    with pytest.raises(IntegrityError):
        await rows(f"UPDATE enrollment SET {change} WHERE id = :id RETURNING id", id=mentor.id)

    assert (await Enrollment.get(id=mentor.id)).is_accepting_requests


async def test_one_has_each_role_once() -> None:
    mentor = await a_mentor()
    mentee = await a_mentee(member=mentor.member)

    with pytest.raises(IntegrityError):
        await rows(
            "UPDATE enrollment SET role = 'MENTOR' WHERE id = :id RETURNING id", id=mentee.id
        )


@pytest.mark.parametrize("column", ["username_key", "email_key"])
async def test_two_members_have_neither_user_name_nor_address_in_common(column: str) -> None:
    ada, grace = await a_member(), await a_member()

    with pytest.raises(IntegrityError):
        await rows(
            f"UPDATE member SET {column} = :taken WHERE id = :id RETURNING id",
            taken=getattr(ada, column),
            id=grace.id,
        )
