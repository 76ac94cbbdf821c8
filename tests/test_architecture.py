"""Who may import whom. A new arrow is a decision, written down in `docs/decisions/`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARROWS = {
    "settings": set(),
    "models": set(),
    "context": {"models"},
    "mailers": {"models", "settings"},
    "identity_provider": {"settings"},
    "resolvers": {"context", "mailers", "models"},
    "schema": {"context", "identity_provider", "mailers", "models", "resolvers", "settings"},
    "duties": {"mailers", "models"},
    "worker": {"duties", "mailers", "models", "settings"},
    "demo": {"models"},
    "operations": {"models", "settings"},
    "commands": {"demo", "mailers", "models", "operations", "schema", "settings", "worker"},
    "main": {
        "commands",
        "identity_provider",
        "models",
        "operations",
        "schema",
        "settings",
        "worker",
    },
}
FOREIGN = {  # what only these rooms know of
    "strawberry": {"context", "schema"},
    "prometheus_client": {"operations"},
    "starlette": {"commands", "main", "operations", "schema"},
    "aiosmtplib": {"mailers"},
    "dns": {"mailers"},
    "authlib": {"identity_provider"},
    "httpx": {"identity_provider"},
    "joserfc": {"identity_provider"},
    "jinja2": {"mailers"},
    "babel": {"mailers"},
    "css_inline": {"mailers"},
    "icalendar": {"mailers"},
    "asyncpg": {"models"},
    "obstore": {"models"},
    "PIL": {"models"},
}


@pytest.mark.parametrize("room", ARROWS)
def test_a_room_imports_only_what_its_arrows_point_to(room: str) -> None:
    known = ARROWS.keys() | FOREIGN.keys()
    allowed = ARROWS[room] | {room} | {it for it, rooms in FOREIGN.items() if room in rooms}

    strays = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files_of(room)
        for name in imported_by(file)
        if name in known - allowed
    }

    assert not strays


def test_the_table_knows_every_room() -> None:
    rooms = {it.stem for it in ROOT.glob("*.py")} | {
        it.parent.name for it in ROOT.glob("*/__init__.py")
    }

    assert rooms - {"tests", "benchmarks"} == ARROWS.keys()


def files_of(room: str) -> list[Path]:
    return [it for it in (ROOT / f"{room}.py", *(ROOT / room).rglob("*.py")) if it.exists()]


def imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield (node.module or "").partition(".")[0]
        if isinstance(node, ast.Import):
            yield from (it.name.partition(".")[0] for it in node.names)
