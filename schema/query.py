"""Entry points for reading: the table of contents."""

import strawberry

from resolvers import members, nodes, program, search
from schema.enrollments import SEARCHING, EnrollmentConnection
from schema.fields import PAGING, Argument, query, root
from schema.nodes import Node
from schema.program import Program
from schema.viewer import Viewer


@strawberry.type(description="Entry points for reading.")
class Query:
    viewer: Viewer | None = query(members.viewer)
    program: Program | None = root(program.program)
    mentors: EnrollmentConnection | None = root(search.mentors, *SEARCHING, *PAGING)
    mentees: EnrollmentConnection | None = root(search.mentees, *SEARCHING, *PAGING)
    node: Node | None = query(nodes.node, Argument("id", strawberry.ID, "Id of the object."))
    nodes: list[Node | None] | None = root(
        nodes.nodes,
        Argument("ids", list[strawberry.ID], "Ids of the objects, at most 100."),
    )
