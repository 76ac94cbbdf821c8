"""What is said when there is no working with a database."""

from typing import Self


class Unusable(Exception):
    """The database cannot be used; the message is one sentence for the person who runs the program."""

    def __init__(self, why: str) -> None:
        super().__init__(f"DATABASE_URL cannot be used: {' '.join(why.split())}.")

    @classmethod
    def after(cls, trouble: Exception, *, where: str) -> Self:
        """In the words of the database; they may go on with details, which are left out."""
        first, *_ = str(trouble).splitlines() or ["no answer in time"]
        return cls(f"{where} fails with “{first}”")
