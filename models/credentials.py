"""User name and password: whose they are, and how often somebody may try to find out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from models import password, text
from models.budget import Exhausted
from models.device import Device
from models.member import Member
from models.refusal import Reason, Refusal
from models.throttle import Throttle

_FIVE_MINUTES = timedelta(minutes=5)

# Five at once, and twelve an hour.
OF_A_NAME = Throttle("sign in with", tries=5, within=5 * _FIVE_MINUTES)  # whatever was typed
OF_A_MEMBER = Throttle("sign in as", tries=5, within=5 * _FIVE_MINUTES)  # by name or by address
OF_A_DEVICE = Throttle("sign in on", tries=5, within=5 * _FIVE_MINUTES)  # that is known
# Twenty at once, and 240 an hour.
OF_AN_ADDRESS = Throttle("sign in from", tries=20, within=_FIVE_MINUTES)  # of the network
# 500 at once, and no more than 1,000 in any five minutes.
OF_ALL = Throttle("sign in", tries=500, within=_FIVE_MINUTES)


class Proved(NamedTuple):
    """Who it is; and the device, if they have signed in on it before."""

    member: Member
    device: Device | None


@dataclass(frozen=True)
class Credentials:
    """What somebody gives to sign in, and where from.

    Whose it is must neither be guessed nor found out, so what is tried is counted, before any
    password is looked at, and the same for names that nobody has. On a device that the member
    has signed in on, tries count for that device alone: attacks from elsewhere keep nobody out.
    """

    username: str
    secret: str
    address: str = "unknown"  # of the network
    devices: Sequence[str] = ()  # tokens that the device holds

    async def prove(self) -> Proved:
        """The member who signs in so, by user name or e-mail address.

        Refuses BAD_CREDENTIALS, and NOT_ALLOWED once the membership has ended. Raises Busy, and
        Exhausted and TooBusy, which do not count as a try.
        """
        with password.in_line():
            return await self._prove()

    async def _prove(self) -> Proved:
        member = await Member.named(self.username)
        device = await Device.known(self.devices, member)
        tries = _Tries(self._counted(device))
        await tries.count()
        if not await self._is_right(member, device, tries) or member is None:
            raise Refusal(Reason.BAD_CREDENTIALS)
        await tries.forget(but=OF_ALL)  # which spares the processor, and not the passwords
        if not member.is_in_good_standing:
            raise Refusal(
                Reason.NOT_ALLOWED, "Your membership has ended; please ask the association."
            )
        return Proved(member, device)

    def _counted(self, device: Device | None) -> list["_Try"]:
        if device:
            return [(OF_A_DEVICE, device.id)]
        return [(OF_AN_ADDRESS, self.address), (OF_A_NAME, self._name), (OF_ALL, "")]

    async def _is_right(
        self, member: Member | None, device: Device | None, tries: "_Tries"
    ) -> bool:
        """Whether the password is the member's, and may be.

        A member has a name and an address to be guessed by. That what was tried with the one
        counts for the other would tell that both are the same person's: who tries too often so is
        told that the password is wrong.
        """
        may_be = device is not None or await tries.count_also(
            OF_A_MEMBER, member.id if member else self._name
        )
        return await password.is_right(
            self.secret, member.password_hash if member and may_be else None
        )

    @property
    def _name(self) -> str:
        return text.key(self.username)


_Try = tuple[Throttle, str]


class _Tries:
    """What one try counts for; all of it, or nothing."""

    def __init__(self, wanted: Sequence[_Try]) -> None:
        self._wanted = wanted
        self._counted: list[_Try] = []

    async def count(self) -> None:
        """Raises Exhausted, with nothing counted."""
        try:
            for throttle, who in self._wanted:
                await throttle.admit(who)
                self._counted.append((throttle, who))
        except Exhausted:
            await self.forget()
            raise

    async def count_also(self, throttle: Throttle, who: str) -> bool:
        """The same for one more, without a word if it is exhausted. Gives whether it is not."""
        try:
            await throttle.admit(who)
        except Exhausted:
            return False
        self._counted.append((throttle, who))
        return True

    async def forget(self, *, but: Throttle | None = None) -> None:
        """Count it no more."""
        for throttle, who in self._counted:
            if throttle is not but:
                await throttle.give_back(who)
        self._counted.clear()
