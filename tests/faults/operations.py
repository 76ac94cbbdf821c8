"""The public operations, as members perform them: through the schema, as whom they like."""

from typing import Any

from context import Context
from models import Member, SignIn, SignInKind, clock
from schema import schema
from tests.server import A_KEY

DONE = "DONE"


async def performed(member: Member, operation: str, **input: Any) -> str:
    """DONE, or the code of the refusal."""
    kind = operation[0].upper() + operation[1:]
    document = (
        f"mutation($input: {kind}Input!)"
        f" {{ {operation}(input: $input) {{ errors {{ code }} query {{ viewer {{ id }} }} }} }}"
    )
    data = await answered(member, document, input=input)
    codes = [it["code"] for it in data[operation]["errors"]]
    return codes[0] if codes else DONE


async def answered(member: Member, document: str, **variables: Any) -> dict[str, Any]:
    """The data of the answer. Raises what crashed, if anything did."""
    result = await schema.execute(
        document, variable_values=variables, context_value=_context_of(member)
    )
    for error in result.errors or ():
        raise error.original_error or error
    assert result.data is not None
    return result.data


def _context_of(member: Member) -> Context:
    now = clock.now()
    kept = {"token_hash": "", "last_used_at": now, "idle_ends_at": now, "ends_at": now}
    return Context(SignIn(member=member, kind=SignInKind.APP, **kept), keys=[A_KEY])
