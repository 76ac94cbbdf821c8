"""Processes that begin on a new database at once, with keys that differ."""

from models.database import rows
from models.signatures import Signatures, Standing
from tests.faults.length import times
from tests.faults.processes import Team, together

ONE, OTHER = "the-first-key-of-a-program-" * 2, "the-other-key-of-a-program-" * 2


async def test_of_two_keys_that_begin_at_once_one_is_known_to_all(team: Team) -> None:
    for _ in range(times(full=200, short=4)):
        await rows("DELETE FROM signing_key RETURNING fingerprint")

        known = team.do(begin, [ONE], [OTHER], [ONE], [OTHER])

        assert known in ([True, False, True, False], [False, True, False, True])


async def begin(key: str) -> bool:
    """Whether links of the database are signed with this key."""
    together()
    return await Signatures([key]).standing() is Standing.CURRENT
