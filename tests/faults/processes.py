"""Processes beside the tests, with connections of their own, that can be told to do things at once."""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any, Self

PATIENCE = 60  # seconds until a process that does not answer fails the test

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["main", "tests.faults.operations"])  # imported once for all

_start: Barrier


def together() -> None:
    """In a process: wait until all of its team have come here."""
    _start.wait(PATIENCE)


class Team:
    """So many processes; each runs what it is told in an event loop of its own."""

    def __init__(self, size: int) -> None:
        self._start = context.Barrier(size)  # kept: the processes look it up by its name
        self._pipes: list[Connection] = []
        self._processes = []
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_take_part, args=(theirs, self._start), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def do(self, what: Callable[..., Awaitable[Any]], *each: Sequence[Any]) -> list[Any]:
        """Have each do this, with arguments of its own, and give what came of it."""
        assert len(each) == len(self._pipes)
        for pipe, arguments in zip(self._pipes, each, strict=True):
            pipe.send((what, arguments))
        answers = [_answer_from(it) for it in self._pipes]
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return answers

    def all_do(self, what: Callable[..., Awaitable[Any]], *arguments: Any) -> list[Any]:
        """Have all do the same."""
        return self.do(what, *[arguments] * len(self._pipes))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        for pipe in self._pipes:
            pipe.send(None)
            pipe.close()
        for process in self._processes:
            process.join(PATIENCE)
            assert process.exitcode == 0, "a process did not end in good order"
            process.close()


def _answer_from(pipe: Connection) -> Any:
    assert pipe.poll(PATIENCE), "a process does not answer"
    return pipe.recv()


def _take_part(pipe: Connection, start: Barrier) -> None:
    global _start  # noqa: PLW0603 - of this process, which has no other life
    _start = start
    with asyncio.Runner() as runner:
        while (told := pipe.recv()) is not None:
            what, arguments = told
            try:
                answer = runner.run(what(*arguments))
            except Exception as trouble:
                trouble.add_note(f"in a process that did {what.__name__}")
                answer = trouble
            pipe.send(answer)
