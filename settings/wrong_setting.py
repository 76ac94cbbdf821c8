"""What is said when a variable of the environment stops the start."""


class WrongSetting(Exception):
    """A variable has a value we cannot use; the message is one sentence naming it."""

    def __init__(self, variable: str, why: str) -> None:
        super().__init__(f"{variable} cannot be used: {' '.join(why.split())}.")
