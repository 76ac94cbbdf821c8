"""The schema as text, as committed in `schema.graphql`."""

from graphql import DirectiveDefinitionNode, DocumentNode, SchemaDefinitionNode, parse, print_ast

from schema import DESCRIPTION, schema

# What Strawberry cannot print: a description of the schema, and the default of a directive's argument.
_UNPRINTED = parse(f'''
"""
{DESCRIPTION}
"""
schema {{
  query: Query
  mutation: Mutation
  subscription: Subscription
}}

"""
Marks a position that is null only if it failed; error-aware clients may treat it as non-null.
"""
directive @semanticNonNull(
  """
  Which list levels are meant; 0 is the field itself.
  """
  levels: [Int!]! = [0]
) on FIELD_DEFINITION
''')


def sdl() -> str:
    """The whole schema, ending with a line break."""
    printed = parse(schema.as_str()).definitions
    ours = [
        it for it in printed if not isinstance(it, SchemaDefinitionNode | DirectiveDefinitionNode)
    ]
    return print_ast(DocumentNode(definitions=(*_UNPRINTED.definitions, *ours))) + "\n"
