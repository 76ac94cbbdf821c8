"""Cancelling an operation at any of the points where it waits."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any

PATIENCE = 30  # seconds until an operation that hangs fails the test


class Cancelling:
    """Runs an operation once, and cancels it when one of its tasks begins to wait the `at`-th time.

    With `is_answered`, it is cancelled when that wait is over instead, before the task goes on:
    what it waited for has happened, and it does not learn of it.
    """

    def __init__(self, *, at: int = 0, is_answered: bool = False) -> None:
        self._at, self._is_answered = at, is_answered
        self.waits = 0
        self.is_cancelled = False

    async def run(self, operation: Coroutine[Any, Any, Any]) -> bool:
        """True if it was cancelled, False if it was done before."""
        loop = asyncio.get_running_loop()
        loop.set_task_factory(self._task)
        try:
            self._operation = loop.create_task(operation)
            done, _ = await asyncio.wait([self._operation], timeout=PATIENCE)
        finally:
            loop.set_task_factory(None)
        assert done, "it hangs"
        if not self._operation.cancelled():
            self._operation.result()
        assert self._operation.cancelled() == self.is_cancelled, "it went on"
        return self.is_cancelled

    def _task(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        return asyncio.Task(_Watched(work, self), loop=loop, **options)

    def begins_to_wait(self, what: asyncio.Future[Any] | None) -> None:
        """Note that a task waits; `what` is None if only for its next turn."""
        self.waits += 1
        if self.waits != self._at:
            return
        if self._is_answered and what is not None:
            what.add_done_callback(self._cancel)
        else:
            self._cancel()

    def _cancel(self, _: object = None) -> None:
        self.is_cancelled = self._operation.cancel()


class _Watched(Coroutine[Any, Any, Any]):
    """The work of a task, which says whenever it begins to wait."""

    def __init__(self, work: Coroutine[Any, Any, Any], by: Cancelling) -> None:
        self._work, self._by = work, by

    def send(self, answer: Any) -> Any:
        return self._noted(self._work.send(answer))

    def throw(self, *failure: Any) -> Any:
        return self._noted(self._work.throw(*failure))

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._work.__await__()

    def _noted(self, waiting: Any) -> Any:
        self._by.begins_to_wait(waiting)
        return waiting
