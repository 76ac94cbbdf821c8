"""How long clients wait for an operation, and what becomes of one that takes longer."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, TypeVar

from graphql import ExecutionResult as CoreResult
from strawberry.types.execution import ExecutionResult, PreExecutionError

from context import Context, TookTooLong
from schema.errors import formatted

log = logging.getLogger(__name__)

Result = TypeVar("Result", ExecutionResult | PreExecutionError, CoreResult)
GRACE = 20.0  # seconds for what goes on when the process is told to stop


class Deadline:
    """So many seconds for each operation, and for each event of a subscription."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._late = set[asyncio.Task[Any]]()

    async def keep(self, operation: Awaitable[Result], context: Context) -> Result:
        """What the operation leads to. Raises TookTooLong when the time is over.

        A query is given up then. A mutation goes on to its end: half way through its transaction
        nobody could say whether it has happened.
        """
        task = asyncio.ensure_future(operation)
        try:
            await asyncio.wait([task], timeout=self._seconds)
        finally:
            if not task.done():
                self._leave(task, is_given_up=not context.is_changing)
        if task.cancelled() or not task.done():
            raise TookTooLong(self._sentence(context))
        return task.result()

    async def finish(self) -> None:
        """Wait for GRACE until nothing goes on any more."""
        if self._late:
            await asyncio.wait(self._late, timeout=GRACE)

    def _leave(self, task: asyncio.Task[Any], *, is_given_up: bool) -> None:
        self._late.add(task)  # or nothing would refer to it, and it might vanish
        task.add_done_callback(self._end)
        if is_given_up:
            task.cancel()

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._late.discard(task)
        if task.cancelled():
            return
        if crash := task.exception():
            log.error("an operation crashed after its deadline", exc_info=crash)
            return
        for error in task.result().errors or ():
            formatted(error)  # so that a crash is noted

    def _sentence(self, context: Context) -> str:
        if context.is_changing:
            return (
                f"This takes longer than {self._seconds:g} s and goes on without you."
                " Its outcome is unknown: look whether it has happened before you try again."
            )
        return f"This took longer than {self._seconds:g} s and was given up."
