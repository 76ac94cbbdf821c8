"""Backups of a program that is being used: each is of one moment, whole, and can be put back."""

import asyncio
import random
from pathlib import Path
from time import perf_counter

import pytest

from models import MentoringRequest
from models.database import connect, disconnect, rows
from models.database.backup import back_up, put_back
from models.invariants import violations
from tests.crowd import crowd
from tests.faults.length import times
from tests.faults.operations import performed
from tests.faults.stage import Stage


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """A database of its own, because nobody may be connected to one that is replaced."""
    return own_database_url


async def test_what_is_backed_up_while_others_write_holds_every_rule(
    stage: Stage, database_url: str, tmp_path: Path
) -> None:
    number = times(full=20, short=3)
    stop = asyncio.Event()
    living = asyncio.create_task(live(stage, stop))

    backups = [tmp_path / f"backup-{it}" for it in range(number)]
    for it in backups:
        await back_up(database_url, it)
    stop.set()
    written = await living
    await disconnect()

    for it in backups:
        await put_back(database_url, it)
        await connect(database_url)
        assert await violations() == []
        await disconnect()
    await connect(database_url)
    print(f"\n{number} backups during {written} transactions, all whole, 0 rules broken")


async def live(stage: Stage, stop: asyncio.Event) -> int:
    """Have people ask each other and answer until told to stop. Gives how often they did."""
    dice, done = random.Random(1), 0
    await stage.begin(places=4)
    while not stop.is_set():
        mentee, mentor = dice.choice(stage.mentees), dice.choice(stage.mentors)
        asked = await performed(mentee.member, "request", enrollmentId=mentor.id, message="May I?")
        waiting = await MentoringRequest.filter(
            recipient_id=mentor.member_id, state="PENDING"
        ).first()
        if waiting:
            await performed(mentor.member, "respond", requestId=waiting.id, answer="ACCEPT")
        done += 2
        if done % 50 == 0:
            await stage.begin(places=4)
        assert asked
    return done


@pytest.mark.usefixtures("database")
async def test_twenty_thousand_members_are_back_in_minutes(
    database_url: str, tmp_path: Path
) -> None:
    members = times(full=20_000, short=500)
    await crowd(database_url, members)
    begun = perf_counter()
    await back_up(database_url, tmp_path / "backup")
    backed_up = perf_counter()
    await disconnect()

    await put_back(database_url, tmp_path / "backup")

    restored = perf_counter()
    await connect(database_url)
    [found] = await rows("SELECT count(*) AS members FROM member")
    assert found["members"] > members
    print(
        f"\n{members} members: backed up in {backed_up - begun:.1f} s,"
        f" back after {restored - backed_up:.1f} s"
    )
