"""Has the tools and clients of those who build on the API at work on it; `make check-clients` calls it."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.server import running

HERE = Path(__file__).parent
TOOLS = {  # the scripts of package.json that need the schema, but no server
    "lint": "graphql-eslint finds no problem",
    "lint:schema": "graphql-schema-linter finds no problem",
    "breaking": "what breaks clients is in the changelog",
    "relay": "Relay's compiler takes the schema and a client's documents",
    "codegen": "graphql-codegen types them, and hashes them",
    "tada": "gql.tada infers their types",
    "types": "TypeScript takes these types",
}


class Failed(Exception):
    """What a tool or a client found; it has said so itself."""


async def check(tests: Iterable[Path]) -> set[str]:
    """Every tool, then every client on a demo program of its own. Gives what was skipped. Raises Failed."""
    for script, finding in TOOLS.items():
        await _use(script)
        print(f"✔ {finding}", flush=True)
    return {it for test in tests for it in await _skipped_by(test)}


async def _use(script: str) -> None:
    tool = await asyncio.create_subprocess_exec(
        *("npm", "run", "--silent", script), cwd=HERE, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await tool.communicate()
    if tool.returncode:
        raise Failed(f"{said.decode()}\n✖ not so: {TOOLS[script]} (npm run {script})")


async def _skipped_by(test: Path) -> list[str]:
    print(f"\n{test.name}", flush=True)
    with TemporaryDirectory() as place, redirect_stdout(StringIO()) as log:
        async with running("run", _new_program(place)) as server:
            client = await asyncio.create_subprocess_exec(
                *("node", "--test", *_reports(place), test.name),
                cwd=HERE,
                env={**os.environ, "API": server.address, "MAIL_FOLDER": f"{place}/mail"},
            )
            await client.wait()
        if client.returncode:
            raise Failed(f"{log.getvalue()}\n✖ {test.name}; above is what the server said")
        return _skips_in(Path(place, "report"))


def _new_program(place: str) -> Mapping[str, str]:
    return {"DATABASE_URL": f"sqlite://{place}/program.db", "MAIL_FOLDER": f"{place}/mail"}


def _reports(place: str) -> Iterable[str]:
    """One for people, and one to find in it what was skipped."""
    for reporter, destination in (("spec", "stdout"), ("tap", f"{place}/report")):
        yield f"--test-reporter={reporter}"
        yield f"--test-reporter-destination={destination}"


def _skips_in(report: Path) -> list[str]:
    return re.findall(r" # SKIP (.+)", report.read_text(encoding="utf-8"))


def main() -> None:
    """Check all, or only the clients whose test files are named."""
    named = [HERE / it for it in sys.argv[1:]]
    try:
        skipped = asyncio.run(check(named or sorted(HERE.glob("*.test.mjs"))))
    except Failed as failure:
        sys.exit(str(failure))
    print("\nThe tools and clients work on this API.")
    print("\n".join(f"Skipped: {it}" for it in sorted(skipped)) or "Nothing was skipped.")


if __name__ == "__main__":
    main()
