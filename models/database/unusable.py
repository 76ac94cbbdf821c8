"""What is said when there is no working with a database."""


class Unusable(Exception):
    """The database cannot be used; the message is one sentence for the person who runs the program."""
