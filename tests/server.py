"""The program as people run it: a process of its own, spoken to over HTTP."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).parent.parent
A_KEY = "a-key-that-nobody-but-a-test-knows"  # the same for all that share a database


class Server:
    """A running `python main.py …` and what it prints."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self.process = process
        self.address = address
        self.printed: list[str] = []
        self._asked_for: set[str] = set()

    async def prints(self, *words: str) -> str:
        """The first line with all of these words that was not asked for yet. Fails if it never comes."""
        async with asyncio.timeout(30):
            while True:
                for line in self.printed:
                    if line not in self._asked_for and all(it in line for it in words):
                        self._asked_for.add(line)
                        return line
                await self._read_line(words)

    async def _read_line(self, words: tuple[str, ...]) -> None:
        assert self.process.stdout
        line = (await self.process.stdout.readline()).decode()
        assert line, f"ended without printing {words}"
        self.printed.append(line)


@asynccontextmanager
async def running(command: str, environment: Mapping[str, str]) -> AsyncIterator[Server]:
    """The program, from when it takes requests until it has ended in good order."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "main.py", command),
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "PORT": str(port),
            "SECRET_KEY": A_KEY,
            **environment,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    server = Server(process, f"http://127.0.0.1:{port}")
    try:
        await server.prints(
            "GraphQL at"
        )  # its port is open; it answers what comes as soon as it can
        yield server
    finally:
        if process.returncode is None:  # unless the test has told it to stop
            process.terminate()
        rest, _ = await process.communicate()
        server.printed.append(rest.decode())
        print("".join(server.printed))  # pytest shows it where a test fails
    assert process.returncode in (0, -15), "".join(server.printed)
