"""Send all probes, and print what they found."""

import asyncio
import logging
import tempfile
from pathlib import Path

from tests.faults.probes.probe import PROBES
from tests.faults.probes.probing import probed, target


async def main() -> None:
    """Print what was found, and what it is meant for where it is."""
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        async with target(f"sqlite://{Path(folder) / 'probes.db'}") as asking:
            for address, asked_as, headers in asking:
                print(await probed(address, asked_as, headers))
    for name, it in PROBES.items():
        if it.intended:
            print(f"{name}: intended, for {it.intended}")


if __name__ == "__main__":
    asyncio.run(main())
