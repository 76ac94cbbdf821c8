"""The command that works apart from the server."""

import asyncio
import signal

from commands.command import Given
from commands.database import database
from operations.aside import looked_at
from operations.health import Health
from settings import Settings
from settings.places import check_mail_folder, check_pictures_folder
from worker import Worker


async def run(settings: Settings, _: Given) -> None:
    """Send e-mails and keep the clock until the process is told to stop. Raises WrongSetting."""
    check_mail_folder(settings)
    check_pictures_folder(settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with database(settings), looked_at(settings, Health(settings, stop, sends=True)):
        await Worker(settings).run(stop)
