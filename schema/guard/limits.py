"""How much one document may ask for; what is beyond a limit is refused before it is validated."""

from dataclasses import dataclass


class TooMuch(Exception):
    """A document is beyond a limit."""

    def __init__(self, limit: "Limit", found: int) -> None:
        super().__init__(f"A document has at most {limit.most} {limit.of}; this one has {found}.")
        self.limit, self.found = limit, found


@dataclass(frozen=True)
class Limit:
    """The most of something; its name is for programs, what it is of for people."""

    name: str
    most: int
    of: str

    def check(self, found: int) -> None:
        """Raises TooMuch."""
        if found > self.most:
            raise TooMuch(self, found)


# Of the whole document, with the operations in it that are not executed: all of it is validated.
# The largest page of a client has 191 tokens and 105 fields on 8 levels; the introspection of tools
# has 229 fields on 18 levels. What is in fragments counts as often as they are spread.
TOKENS = Limit("tokens", 1000, "tokens")
DEPTH = Limit("depth", 30, "levels of selections")
FIELDS = Limit("fields", 500, "fields, counted as often as fragments repeat them")
ALIASES = Limit("aliases", 30, "aliases")  # a page has two or three
FRAGMENTS = Limit("fragments", 40, "fragments")  # validation compares each with each
DIRECTIVES = Limit("directives", 20, "directives")
DIRECTIVES_OF_ONE = Limit("directivesOfOne", 3, "directives in one place")  # @skip and @include
REPEATS = Limit("repeats", 10, "fields of one name in one place")  # each is compared with each
# Each pair of these is compared down to the last level.
COMPARISONS = Limit("comparisons", 150, "levels, times fields of one name in one place")

# Of the operation that is executed.
MUTATIONS = Limit("mutations", 1, "mutations at once")  # each is a transaction of its own
COST = Limit("cost", 1000, "points of cost")  # where there is no budget; else COST_LIMIT

# What things cost: 1 for each object, and for those that come in connections as many as asked for.
CONNECTION = 2  # beside its rows: finding where a page begins, and counting
SEARCH = 100  # in its place where everybody is compared: of 20,000 members it takes 0.1 s
MUTATION = 10  # locks, statements that write, and an e-mail

# How many objects there are in the lists that are longer than a handful.
ROWS = {
    ("Program", "topics"): 60,
    ("EnrollmentConnection", "topicCounts"): 60,
    ("Review", "checkIns"): 3,
    ("Review", "goals"): 3,
    ("Review", "sessions"): 15,
    ("MentoringRelationship", "goals"): 3,  # at most 20
    ("Goal", "milestones"): 3,
    # There are more, but they are in memory: the price is that of the time they take.
    ("__Schema", "types"): 15,
    ("__Type", "fields"): 3,
    ("__Type", "inputFields"): 3,
    ("__Type", "enumValues"): 3,
    ("__Field", "args"): 2,
}
SEARCHES = {("Query", "mentors"), ("Query", "mentees")}
FREE = {("__Type", "ofType")}  # the type itself, within brackets
