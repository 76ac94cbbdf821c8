"""Having nothing to do with somebody."""

from datetime import datetime

import strawberry

import models
from schema.fields import belongs_to, said, shows
from schema.inputs import must, takes
from schema.members import Member
from schema.nodes import Connection, MutationPayload, Node, result


@shows(models.Block)
class Block(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    member: Member = belongs_to("blocked", "Who is blocked: their name, and nothing else of them.")
    created_at: datetime = said("When the viewer blocked them.")


@strawberry.type(description="Page of blocks.")
class BlockConnection(Connection[Block]):
    pass


@takes("Whom to have nothing to do with.")
class BlockInput:
    member_id: strawberry.ID = must("The member.")


@strawberry.type(
    description="Result of `block`; may fail with `NOT_FOUND`, `SELF`, `WRONG_STATE` while the two work "
    "together, `OUT_OF_RANGE` or `INVALID`."
)
class BlockPayload(MutationPayload):
    block: Block | None = result("The block.")


@takes("Whom not to block any more.")
class UnblockInput:
    member_id: strawberry.ID = must("The member.")
