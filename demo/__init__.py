"""A believable program to try things with: 300 invented members and what they have to do with each other."""

from demo.filling import PASSWORD, fill, is_used

ACCOUNTS = {
    "mentee": "looks for a mentor, and has a request waiting",
    "mentor": "has mentees, and requests to answer",
    "coordinator": "runs the program",
}

__all__ = ["ACCOUNTS", "PASSWORD", "fill", "is_used", "welcome"]


def welcome(address: str, *, is_new: bool) -> str:
    """What somebody who starts the demo program wants to know."""
    found = (
        "A new demo program with 300 members was made."
        if is_new
        else "The database has data already."
    )
    accounts = "\n".join(f"  {name:<12} {what}" for name, what in ACCOUNTS.items())
    return f"""
{found}

GraphQL   {address}/graphql
GraphiQL  {address}/graphiql

Members of the demo program, each with the password {PASSWORD}:
{accounts}
"""
