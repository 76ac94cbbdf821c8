"""Sending all probes, and what came of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from models import Member
from tests.factories import a_member, a_token
from tests.faults.probes import documents, headers, of_cop, people, requests, values
from tests.faults.probes.probe import PROBED, PROBES, Target
from tests.live import serving

KINDS = (of_cop, requests, values, documents, people, headers)  # each declares its own


@dataclass
class Findings:
    """What was found by those who asked as somebody."""

    asked_as: str
    intended: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        theirs = {name for name, it in PROBES.items() if it.find.__module__ == of_cop.__name__}
        found = ", ".join(self.weak) or "nothing"
        return (
            f"as {self.asked_as}: {len(theirs)} probes of graphql-cop's kind found"
            f" {len(theirs & {*self.weak})}, {len(PROBES) - len(theirs)} of ours"
            f" {len({*self.weak} - theirs)}: {found}. Intended: {', '.join(self.intended)}"
        )


async def probed(address: str, asked_as: str, given: Mapping[str, str]) -> Findings:
    """What all probes find."""
    findings = Findings(asked_as)
    async with httpx.AsyncClient(base_url=f"http://{address}", headers=given, timeout=20) as http:
        for name, it in PROBES.items():
            if await it.find(Target(http)):
                (findings.intended if it.intended else findings.weak).append(name)
    return findings


@asynccontextmanager
async def target(database_url: str) -> AsyncIterator[list[tuple[str, str, dict[str, str]]]]:
    """A server and who may ask it: its address, and a stranger and a member with their headers."""
    async with serving(database_url) as address:
        member = await a_member(username="probed")
        bearer = {"Authorization": f"Bearer {await a_token(member)}"}
        yield [(address, "a stranger", {}), (address, "a member", bearer)]


async def are_changed() -> bool:
    """Whether a probe has changed somebody."""
    return await Member.filter(headline=PROBED).exists()
