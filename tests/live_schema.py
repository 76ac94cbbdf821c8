"""What a connected database is like: its tables and all that belongs to them."""

from typing import Any, NamedTuple

from models.database import dialect, rows


class Column(NamedTuple):
    """A column as it is declared."""

    table: str
    name: str
    type: str
    is_nullable: bool


async def columns() -> set[Column]:
    """Every column of every table."""
    found = await rows(_COLUMNS[dialect()])
    return {Column(it["tab"], it["col"], it["type"], bool(it["nullable"])) for it in found}


async def description() -> dict[str, list[dict[str, Any]]]:
    """Tables, indexes, constraints and the rows of a new program; equal where two databases are."""
    return {it: await rows(it) for it in (*_DESCRIPTION[dialect()], *_ROWS)}


_COLUMNS = {
    "sqlite": """
        SELECT m.name AS tab, c.name AS col, c.type AS type, NOT c."notnull" AND NOT c.pk AS nullable
        FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
    """,
    "postgresql": """
        SELECT table_name AS tab, column_name AS col, data_type AS type, is_nullable = 'YES' AS nullable
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
}
_DESCRIPTION = {
    "sqlite": ["SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"],
    "postgresql": [
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " ORDER BY table_name, ordinal_position",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
        "SELECT conrelid::regclass::text AS tab, conname, pg_get_constraintdef(oid) AS definition"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY tab, conname",
        "SELECT tgrelid::regclass::text AS tab, tgname, pg_get_functiondef(tgfoid) AS definition"
        " FROM pg_trigger WHERE NOT tgisinternal ORDER BY tab, tgname",
    ],
}
_ROWS = [
    "SELECT version, name, checksum FROM schema_version ORDER BY version",
    "SELECT * FROM program",
    "SELECT * FROM topic ORDER BY id",
]
