"""The ASGI application, and the table of contents of the command line."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from commands import Command, backups, checking, mail, members, serving, working
from commands.database import database, migrate_it
from identity_provider import IdentityProvider
from models.database import Unusable
from models.live import Audience
from models.picture import Storage
from operations import logs
from operations.addresses import health_routes
from operations.aside import looked_at
from operations.health import Health
from operations.requests import Requests
from schema import calendar, graphiql, own_data, pages, pictures
from schema.deadline import Deadline
from schema.documents import Documents
from schema.http import Endpoint
from schema.live import LiveEndpoint
from schema.origins import Origins
from schema.response import beside
from schema.sdl import sdl
from schema.uploads import Uploads
from settings import Settings, WrongSetting, from_environment
from worker import Worker


def application(settings: Settings) -> Starlette:
    """The ASGI application: `/graphql`, `/graphiql` to explore it, and what is no GraphQL.

    That is pictures of members, their data, calendars, pages, and how it is. Raises WrongSetting.
    """
    deadline = Deadline(settings.deadline)
    audience = Audience(settings.database_url)
    stopping = asyncio.Event()
    health = Health(settings, stopping, sends=settings.worker)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with (
            database(settings),
            looked_at(settings, health),
            looking_after(audience),
            worker(settings, stopping),
        ):
            yield
            await deadline.finish()

    app = Starlette(
        routes=[
            Route("/graphql", Endpoint()),
            WebSocketRoute("/graphql", LiveEndpoint()),
            *graphiql.routes(),
            *pictures.routes(),
            *own_data.routes(),
            *calendar.routes(),
            *pages.routes(),
            *health_routes(health),
        ],
        middleware=[
            Middleware(Requests, settings.trusted_proxies, stopping),
            Middleware(Origins, settings.allowed_origins),
        ],
        exception_handlers={HTTPException: beside},
        lifespan=lifespan,
    )
    # A slash too many is an unknown address. Starlette would lead to the right one at the host that
    # the request names, which may be anybody's, and without TLS behind a proxy.
    app.router.redirect_slashes = False
    app.state.settings = settings
    app.state.deadline = deadline
    app.state.documents = Documents.of(settings)
    app.state.pictures = Storage(settings.pictures)
    app.state.uploads = Uploads()
    app.state.audience = audience
    app.state.stopping = stopping
    app.state.provider = IdentityProvider(settings) if settings.oidc_issuer else None
    return app


@asynccontextmanager
async def looking_after(audience: Audience) -> AsyncIterator[None]:
    """Live updates for those who are connected."""
    running = asyncio.create_task(audience.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


@asynccontextmanager
async def worker(settings: Settings, stopping: asyncio.Event) -> AsyncIterator[None]:
    """A worker beside the server, unless others do its work; it stops while the server does."""
    if not settings.worker:
        yield
        return
    running = asyncio.create_task(Worker(settings).run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await running


COMMANDS = {
    "serve": Command(
        "serve the API; the settings come from the environment",
        partial(serving.serve, application),
    ),
    "run": Command(
        "the same, with a demo program in a new database", partial(serving.run, application)
    ),
    "worker": Command("send e-mails and keep the clock, apart from the server", working.run),
    "demo": Command("fill an empty database with the demo program", serving.fill_demo),
    "migrate": Command("bring the database up to this version", migrate_it),
    "mail": Command("look after the e-mails", mail.run, mail.add_arguments),
    "backup": Command(
        "copy the database and the pictures into a folder, while others work",
        backups.backup,
        backups.add_backup_arguments,
    ),
    "restore": Command(
        "have the program be as it was in a backup",
        backups.restore,
        backups.add_restore_arguments,
    ),
    "check": Command("look whether all is as it should be; 1 if it is not", checking.run),
    "import-members": Command("import members from a CSV file", members.run, members.add_arguments),
}


def arguments() -> argparse.ArgumentParser:
    """The commands and what they take."""
    parser = argparse.ArgumentParser(prog="main.py", description="A mentoring program.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        command.add_arguments(commands.add_parser(name, help=command.meaning))
    commands.add_parser("schema", help="print the schema in SDL")  # needs no settings
    return parser


def main(words: list[str] | None = None) -> None:
    """Run a command; what a person got wrong is one sentence, never a traceback."""
    given = arguments().parse_args(words)
    if given.command == "schema":
        sys.stdout.write(sdl())
        return
    try:
        settings = from_environment()
        logs.set_up(settings.log_level, settings.log_format)
        asyncio.run(COMMANDS[given.command].run(settings, given))
    except (WrongSetting, Unusable) as wrong:
        sys.exit(str(wrong))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
