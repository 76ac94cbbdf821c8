"""The port on which only those who run the program ask, if they have named one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette

from operations.addresses import health_routes, metrics_routes
from operations.health import Health
from operations.metrics import Metrics
from settings import Settings
from settings.places import listening


class _Server(uvicorn.Server):
    """A server beside another, or beside a worker, which have the signals of the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def looked_at(settings: Settings, health: Health) -> AsyncIterator[None]:
    """Answer there for the block. Raises WrongSetting."""
    if settings.metrics_port is None:
        yield
        return
    with listening(settings.metrics_host, settings.metrics_port, "METRICS_") as sockets:
        app = Starlette(routes=[*health_routes(health), *metrics_routes(Metrics())])
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets))
        try:
            yield
        finally:
            server.should_exit = True
            await running
