"""The commands that serve."""

import asyncio
import logging
import sys
from collections.abc import Callable
from socket import socket
from time import monotonic

import uvicorn
from starlette.applications import Starlette

import demo
from commands.command import Given
from commands.database import database, prepare
from models.live import Audience
from models.picture import Storage, Unreachable
from schema.connection import Connection
from schema.live import Socket
from schema.parameters import MOST_BYTES
from settings import Settings, WrongSetting
from settings.places import ready

log = logging.getLogger("mentor_match")

LINGER = 0.5  # seconds in which somebody may ask over a connection that would be closed

Application = Callable[[Settings], Starlette]


async def serve(application: Application, settings: Settings, _: Given) -> None:
    """Serve until the process is told to stop. Raises WrongSetting, Unusable before it begins."""
    app = application(settings)
    with ready(settings) as sockets:
        await _check_bucket(settings)
        await prepare(settings)
        await _answer(app, settings, sockets)


async def run(application: Application, settings: Settings, _: Given) -> None:
    """Serve; fill the database with a demo program first, if it is new."""
    app = application(settings)
    with ready(settings) as sockets:
        await _check_bucket(settings)
        async with database(settings):
            is_new = not await demo.is_used()
            if is_new:
                await demo.fill()
            print(await demo.welcome(settings.public_url, is_new=is_new))
        await _answer(app, settings, sockets)


async def fill_demo(settings: Settings, _: Given) -> None:
    """Fill an empty database with the demo program."""
    async with database(settings):
        if await demo.is_used():
            sys.exit("This database is in use already; the demo program only fills an empty one.")
        await demo.fill()
        print(await demo.welcome(settings.public_url, is_new=True))


async def _check_bucket(settings: Settings) -> None:
    """Make sure that pictures can be stored in a bucket, if they are to. Raises WrongSetting."""
    if settings.pictures_folder:
        return
    try:
        await Storage(settings.pictures).check()
    except Unreachable as trouble:
        raise WrongSetting("PICTURES", f"nothing can be stored there: {trouble}") from None


async def _answer(app: Starlette, settings: Settings, sockets: list[socket]) -> None:
    """Answer requests until the process is told to stop."""
    log.info("GraphQL at %s/graphql, GraphiQL at %s/graphiql", *[settings.public_url] * 2)
    await Server(app).serve(sockets)


class Server(uvicorn.Server):
    """The server, which does not wait for those who follow live updates before it stops."""

    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",  # that it has started, and where, is said by us
            access_log=False,
            server_header=False,
            proxy_headers=False,  # it would believe every proxy here; see TRUSTED_PROXIES
            timeout_graceful_shutdown=20,
            http=Connection,
            ws=Socket,
            ws_max_size=MOST_BYTES,
            # Compression needs 40 kB for each connection.
            ws_per_message_deflate=False,
            # Who does not answer within 20 seconds of one is gone.
            ws_ping_interval=20,
            ws_ping_timeout=20,
        )
        super().__init__(config)
        self._audience: Audience = app.state.audience
        self._stopping: asyncio.Event = app.state.stopping
        self._delay: float = app.state.settings.stop_delay

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop: unready first, then without new connections, then when all is answered.

        Meanwhile each answer ends its connection, so that nobody asks over one that is about to close.
        """
        self._stopping.set()
        self._audience.dismiss()
        deadline = monotonic() + self._delay
        await self._go_on_while(lambda: monotonic() < deadline)
        for server in self.servers:
            server.close()
        for it in sockets or []:
            it.close()
        # Who has just connected, or asks at this very moment over a connection that was kept.
        deadline = monotonic() + LINGER
        await self._go_on_while(
            lambda: bool(self.server_state.connections) and monotonic() < deadline
        )
        await super().shutdown(sockets)

    async def _go_on_while(self, is_needed: Callable[[], bool]) -> None:
        tick = 0
        while is_needed() and not self.force_exit:
            await asyncio.sleep(0.1)
            await self.on_tick(tick := tick + 1)  # it keeps the date of the answers
