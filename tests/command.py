"""The command line, in a process of its own that has imported the program already."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import main
from tests.faults.processes import context


@dataclass
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


async def outcome_of(
    command: tuple[str, ...], *, folder: Path, environment: Mapping[str, str]
) -> Outcome:
    """Run `python main.py …` in a folder to its end."""
    with TemporaryDirectory() as said:
        arguments = (command, folder, dict(environment), Path(said))
        process = context.Process(target=_run, args=arguments)
        process.start()
        await asyncio.to_thread(process.join)
        assert process.exitcode is not None
        out, err = ((Path(said) / it).read_text(encoding="utf-8") for it in ("out", "err"))
        return Outcome(process.exitcode, out, err)


def _run(command: tuple[str, ...], folder: Path, environment: dict[str, str], said: Path) -> None:
    for descriptor, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(said / name, os.O_CREAT | os.O_WRONLY), descriptor)
    os.chdir(folder)
    os.environ.update(environment)
    main.main([*command])
