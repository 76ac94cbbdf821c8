"""What people are written."""

import asyncio

from tortoise.context import TortoiseContext


async def _prepare() -> None:
    """Have the models know their relations, which connecting to a database does otherwise."""
    async with TortoiseContext() as nowhere:
        await nowhere.init(db_url="sqlite://:memory:", modules={"models": ["models"]})


asyncio.run(_prepare())
