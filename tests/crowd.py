"""A program of as many members as one likes, written by the database itself in a few seconds.

Everything follows from the number of a member, so that it is the same each time, on both databases.
"""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from models import CareerStage, Daypart, Member, Role, clock
from models.database import dialect
from tests.factories import a_member, an_enrollment

DAY = clock.milliseconds(datetime.fromtimestamp(0, clock.now().tzinfo) + timedelta(days=1))
TOPICS = ["Public speaking", "Feedback", "Writing", "Strategy", "Software", "Design", "Sales"]
OWN = 300  # requests of the one whom the crowd has to do with; events are twice as many


async def crowd(url: str, members: int) -> Member:
    """Fill a migrated database, which is connected. Gives somebody who has much to do with the others."""
    mia = await a_member(username="mia", languages="en de fr", career_stage=CareerStage.MID)
    for role in Role:
        await an_enrollment(
            role, member=mia, topics=TOPICS, availability=(Daypart.WEEKEND,), capacity=20
        )
    numbers = {"members": members, "now": clock.milliseconds(clock.now()), "own": OWN}
    filled = [it.format(mia=mia.id, day=DAY, **numbers) for it in _STATEMENTS]
    await _execute(url, [_numbered(it, members) for it in filled])
    return mia


def _numbered(statement: str, most: int) -> str:
    into, _, select = statement.partition("SELECT")
    return _NUMBERED.format(most=most, into=into, select=f"SELECT{select}")


# Nine digits that have nothing to do with those of the number next to it.
_NUMBERED = """
{into}
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {most}),
    thrown AS (SELECT n, (n * CAST(48271 AS BIGINT) * 16807) % 2147483647 AS dice FROM number),
    place(p, topic_id) AS (SELECT row_number() OVER (ORDER BY place) - 1, id FROM topic)
{select}
"""


def _one_of(*choices: str, by: str) -> str:
    whens = " ".join(f"WHEN {n} THEN '{it}'" for n, it in enumerate(choices))
    return f"CASE ({by}) % {len(choices)} {whens} END"


_STAGE = _one_of("STUDENT", "EARLY", "MID", "SENIOR", "LEADER", "RETIRED", by="dice / 7")
_LANGUAGES = _one_of("en", "de en", "fr en", "pl", "en es it", by="dice / 11")
_FREQUENCY = _one_of("WEEKLY", "BIWEEKLY", "MONTHLY", "QUARTERLY", by="dice / 13")
_VISIBLE = _one_of("MEMBERS", "PARTNERS", "NOBODY", by="dice / 17")
_MIA_AND_ONE = "CASE n % 2 WHEN 0 THEN '{mia}' ELSE 'mem_' || (1000000 + n) END"
_ONE_AND_MIA = "CASE n % 2 WHEN 1 THEN '{mia}' ELSE 'mem_' || (1000000 + n) END"
_STATE = _one_of("PENDING", "ACCEPTED", "DECLINED", "EXPIRED", by="n / 2")

_STATEMENTS = (
    f"""INSERT INTO member (id, created_at, updated_at, username, username_key, email, email_key,
        is_coordinator, name, name_key, headline, bio, organization, career_stage, languages,
        time_zone, contact_visibility)
    SELECT 'mem_' || (1000000 + n), {{now}} - n * 60000, {{now}}, 'crowd' || n, 'crowd' || n,
        'crowd' || n || '@example.org', 'crowd' || n || '@example.org', FALSE, 'Member ' || dice,
        'member ' || dice, 'Head of ' || dice % 90, 'I like what I do.', 'Unit ' || dice % 40,
        {_STAGE}, {_LANGUAGES}, 'Europe/Berlin', {_VISIBLE}
    FROM thrown""",
    f"""INSERT INTO enrollment (id, created_at, updated_at, member_id, role, status, statement, channels,
        frequency, availability, free_hours, partner_career_stages, capacity, places_taken,
        search_text, expectations_accepted_at)
    SELECT 'enr_' || (1000000 + n), {{now}} - n * 60000, {{now}}, 'mem_' || (1000000 + n),
        CASE dice % 2 WHEN 0 THEN 'MENTOR' ELSE 'MENTEE' END,
        CASE WHEN dice % 20 = 3 THEN 'PAUSED' ELSE 'ACTIVE' END, 'Glad to be of use.', 1 + dice % 7,
        {_FREQUENCY}, 1 + dice / 19 % 15, dice * 99991 % 281474976710656, dice / 23 % 64, 3,
        dice / 29 % 4, 'member ' || dice || ' head of ' || dice % 90 || ' unit ' || dice % 40
        || ' glad to be of use', {{now}}
    FROM thrown""",
    """INSERT INTO enrollment_topic (enrollment_id, topic_id)
    SELECT DISTINCT 'enr_' || (1000000 + n), topic_id FROM thrown JOIN place
        ON p IN (dice % 63, dice / 31 % 63, dice / 37 % 63, dice / 41 % 63)""",
    f"""INSERT INTO mentoring_request (id, created_at, mentor_id, mentee_id, sender_id, recipient_id,
        message, state, closed_at, follow_up_from, expires_at)
    SELECT 'req_' || (1000000 + n), {{now}} - n * 60000, {_MIA_AND_ONE}, {_ONE_AND_MIA},
        CASE n / 8 % 2 WHEN 0 THEN '{{mia}}' ELSE 'mem_' || (1000000 + n) END,
        CASE n / 8 % 2 WHEN 1 THEN '{{mia}}' ELSE 'mem_' || (1000000 + n) END,
        'Would you work with me?', {_STATE},
        CASE WHEN n / 2 % 4 = 0 THEN NULL ELSE {{now}} END, {{now}} - {{day}}, {{now}} + {{day}}
    FROM thrown WHERE n <= {{own}}""",
    """INSERT INTO mentoring_request_topic (request_id, topic_id)
    SELECT DISTINCT 'req_' || (1000000 + n), topic_id FROM thrown JOIN place
        ON p IN (dice % 63, dice / 31 % 63) WHERE n <= {own}""",
    """INSERT INTO mentoring_relationship (id, created_at, updated_at, mentor_id, mentee_id, request_id,
        state, outcome, completed_by_id, completed_at)
    SELECT 'rel_' || (1000000 + n), r.created_at, {now}, mentor_id, mentee_id, r.id,
        CASE n % 3 WHEN 0 THEN 'ACTIVE' ELSE 'COMPLETED' END,
        CASE n % 3 WHEN 0 THEN NULL ELSE 'GOALS_REACHED' END,
        CASE n % 3 WHEN 0 THEN NULL ELSE mentee_id END, CASE n % 3 WHEN 0 THEN NULL ELSE {now} END
    FROM thrown JOIN mentoring_request r ON r.id = 'req_' || (1000000 + n) WHERE r.state = 'ACCEPTED'""",
    """INSERT INTO gratitude_note (id, created_at, relationship_id, author_id, text, is_shareable)
    SELECT 'not_' || (1000000 + n), {now}, r.id, mentee_id, 'Thank you.', TRUE
    FROM thrown JOIN mentoring_relationship r ON r.id = 'rel_' || (1000000 + n)
    WHERE r.state = 'COMPLETED'""",
    """INSERT INTO event (id, created_at, reader_id, kind, actor_id, request_id)
    SELECT 'evt_' || (1000000 + n), {now} - n * 60000, '{mia}', 'REQUEST_RECEIVED',
        'mem_' || (1000000 + n), 'req_' || (1000000 + 1 + n % {own})
    FROM thrown WHERE n <= 2 * {own}""",
    # Of the others among themselves, whom nobody asks about here.
    """INSERT INTO mentoring_request (id, created_at, mentor_id, mentee_id, sender_id, recipient_id,
        message, state, closed_at, follow_up_from, expires_at)
    SELECT 'req_' || (2000000 + n), {now} - n * 60000, 'mem_' || (1000000 + n),
        'mem_' || (1000001 + n), 'mem_' || (1000001 + n), 'mem_' || (1000000 + n),
        'Would you work with me?', 'DECLINED', {now}, {now}, {now} FROM thrown WHERE n < {members}""",
)


async def _execute(url: str, statements: list[str]) -> None:
    if dialect() == "sqlite":
        with sqlite3.connect(Path(url.removeprefix("sqlite://")), timeout=10) as file:
            for it in statements:
                file.execute(it)
        file.close()
        return
    connection = await asyncpg.connect(url)
    try:
        for it in [*statements, "ANALYZE"]:
            await connection.execute(it)
    finally:
        await connection.close()
