"""What the program can be told on the command line: a module for each group of commands."""

from commands.command import Command

__all__ = ["Command"]
