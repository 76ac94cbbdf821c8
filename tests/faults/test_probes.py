"""Probes for weak places find none; `python -m tests.faults.probes` says what they look for."""

from dataclasses import replace

import pytest

from schema.guard import limits
from tests.faults.probes.probe import PROBES
from tests.faults.probes.probing import Findings, are_changed, probed, target

INTENDED = [name for name, it in PROBES.items() if it.intended]


async def findings(database_url: str) -> list[Findings]:
    """What a stranger finds, and what a member does."""
    async with target(database_url) as asking:
        found = [await probed(*it) for it in asking]
        assert not await are_changed()
        return found


async def test_neither_strangers_nor_members_find_a_weak_place(database_url: str) -> None:
    stranger, member = await findings(database_url)

    assert stranger.weak == member.weak == []
    assert stranger.intended == member.intended == INTENDED
    print(f"\n{stranger}\n{member}")


async def test_a_weak_place_is_found(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALIASES", replace(limits.ALIASES, most=1_000))

    for it in await findings(database_url):
        assert it.weak == ["101 aliases"]
