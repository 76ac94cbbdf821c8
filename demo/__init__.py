"""A believable program to try things with: 300 invented members and what they have to do with each other."""

from demo.filling import PASSWORD, fill, is_used
from demo.people import ACCOUNTS
from models import Member

__all__ = ["PASSWORD", "fill", "is_used", "welcome"]

_WHO = {
    "mentee": "looks for a mentor, and has a request waiting",
    "mentor": "has mentees, and requests to answer",
    "coordinator": "runs the program",
}


async def welcome(address: str, *, is_new: bool) -> str:
    """What somebody who starts the program wants to know; the database is connected."""
    found = (
        "A new demo program with 300 members was made."
        if is_new
        else "The database has data already."
    )
    accounts = _ACCOUNTS if await _is_here() else ""
    return f"""
{found}

GraphQL   {address}/graphql
GraphiQL  {address}/graphiql
{accounts}"""


async def _is_here() -> bool:
    """Whether the data is that of the demo program, or somebody's own."""
    invented = [str(it["email"]) for it in ACCOUNTS.values()]
    return await Member.filter(email__in=invented).count() == len(invented)


_ACCOUNTS = f"""
Members of the demo program, each with the password {PASSWORD}:
""" + "".join(f"  {name:<12} {what}\n" for name, what in _WHO.items())
