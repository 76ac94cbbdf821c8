"""The program on the command line, and the ASGI application that it serves."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

import demo
import mail_desk
from mailers import account_mailer
from models import Member
from models.database import Unusable, connect, disconnect, migrate
from models.live import Audience
from models.member_import import COLUMNS, Underway, Unreadable, import_members
from models.picture import Storage, Unreachable
from models.signatures import Signatures
from schema import calendar, graphiql, pages, pictures
from schema.connection import Connection
from schema.deadline import Deadline
from schema.documents import Documents
from schema.http import Endpoint
from schema.live import LiveEndpoint, Socket
from schema.origins import Origins
from schema.parameters import MOST_BYTES
from schema.response import beside
from schema.sdl import sdl
from schema.uploads import Uploads
from settings import Settings, WrongSetting, from_environment
from settings.places import check_mail_folder, check_pictures_folder, ready
from worker import Worker

log = logging.getLogger("mentor_match")


def application(settings: Settings) -> Starlette:
    """The ASGI application: `/graphql`, `/graphiql` to explore it, pictures of members, calendars, and pages.

    Raises WrongSetting.
    """
    deadline = Deadline(settings.deadline)
    audience = Audience(settings.database_url)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with database(settings), looking_after(audience), worker(settings):
            yield
            await deadline.finish()

    app = Starlette(
        routes=[
            Route("/graphql", Endpoint()),
            WebSocketRoute("/graphql", LiveEndpoint()),
            *graphiql.routes(),
            *pictures.routes(),
            *calendar.routes(),
            *pages.routes(),
        ],
        middleware=[Middleware(Origins, settings.allowed_origins)],
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
    return app


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[None]:
    """The database, connected, with its tables as this version needs them. Raises WrongSetting."""
    await prepare(settings)
    await connect(settings.database_url)
    try:
        yield
    finally:
        await disconnect()


async def prepare(settings: Settings) -> None:
    """Bring the tables up to this version, and see that it is ours. Raises Unusable, WrongSetting."""
    for name in await migrate(settings.database_url):
        log.info("migrated: %s", name)
    await connect(settings.database_url)
    try:
        await check_key(settings)
    finally:
        await disconnect()


async def check_key(settings: Settings) -> None:
    """Make sure that we know the links in e-mails that others sent. Raises WrongSetting."""
    if not await Signatures(settings.keys).are_known():
        raise WrongSetting(
            "SECRET_KEY",
            "is not the one that signed the links of this database: give that one, too, after a space",
        )


async def check_bucket(settings: Settings) -> None:
    """Make sure that pictures can be stored in a bucket, if they are to. Raises WrongSetting."""
    if settings.pictures_folder:
        return
    try:
        await Storage(settings.pictures).check()
    except Unreachable as trouble:
        raise WrongSetting("PICTURES", f"nothing can be stored there: {trouble}") from None


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
async def worker(settings: Settings) -> AsyncIterator[None]:
    """A worker beside the server, unless others do its work."""
    if not settings.worker:
        yield
        return
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(settings).run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


async def serve(settings: Settings) -> None:
    """Serve until the process is told to stop. Raises WrongSetting, Unusable before it begins."""
    app = application(settings)
    with ready(settings) as sockets:
        await check_bucket(settings)
        await prepare(settings)
        await answer(app, settings, sockets)


async def run(settings: Settings) -> None:
    """Serve; fill the database with a demo program first, if it is new."""
    app = application(settings)
    with ready(settings) as sockets:
        await check_bucket(settings)
        async with database(settings):
            is_new = not await demo.is_used()
            if is_new:
                await demo.fill()
            print(await demo.welcome(settings.public_url, is_new=is_new))
        await answer(app, settings, sockets)


async def answer(app: Starlette, settings: Settings, sockets: list[socket]) -> None:
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

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Ask everybody to leave, and stop."""
        self._audience.dismiss()
        await super().shutdown(sockets)


async def fill_demo(settings: Settings) -> None:
    """Fill an empty database with the demo program."""
    async with database(settings):
        if await demo.is_used():
            sys.exit("This database is in use already; the demo program only fills an empty one.")
        await demo.fill()
        print(await demo.welcome(settings.public_url, is_new=True))


async def work(settings: Settings) -> None:
    """Send e-mails and keep the clock until the process is told to stop. Raises WrongSetting."""
    check_mail_folder(settings)
    check_pictures_folder(settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with database(settings):
        await Worker(settings).run(stop)


async def apply_migrations(settings: Settings) -> None:
    """Bring the tables of the database up to this version."""
    applied = await migrate(settings.database_url)
    print("\n".join(f"applied {it}" for it in applied) or "The database is up to date.")


async def import_file(settings: Settings, file: Path, *, is_dry: bool, skips_bad: bool) -> None:
    """Import members, and say what was done."""
    async with database(settings):
        try:
            with file.open(encoding="utf-8", newline="") as lines:
                report = await import_members(
                    lines, is_dry=is_dry, skips_bad=skips_bad, tell_moved=tell_moved
                )
        except (OSError, Unreadable, Underway) as trouble:
            sys.exit(f"{file} cannot be imported: {trouble}")
    for bad in report.bad:
        print(bad, file=sys.stderr)
    would = "would be " if is_dry else ""
    if report.bad and not skips_bad:
        sys.exit("Nothing was imported. Correct these lines, or leave them out with --skip-bad.")
    print(
        f"Members {would}added: {report.added}, changed: {report.changed},"
        f" as they were: {report.unchanged}."
    )


async def see_to_mail(settings: Settings, given: argparse.Namespace) -> None:
    """Do one of the errands of `mail`."""
    async with database(settings):
        await mail_desk.run(settings, given)


async def tell_moved(member: Member, former: str) -> None:
    """Tell a member at both addresses that e-mails go to the other one from now on."""
    for email in account_mailer.address_changed(member, former=former):
        await email.deliver_later()


def arguments() -> argparse.ArgumentParser:
    """The commands and what they take."""
    parser = argparse.ArgumentParser(prog="main.py", description="A mentoring program.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("serve", help="serve the API; the settings come from the environment")
    commands.add_parser("run", help="the same, with a demo program in a new database")
    commands.add_parser("worker", help="send e-mails and keep the clock, apart from the server")
    commands.add_parser("demo", help="fill an empty database with the demo program")
    commands.add_parser("migrate", help="bring the database up to this version")
    commands.add_parser("schema", help="print the schema in SDL")
    mail_desk.add_arguments(commands.add_parser("mail", help="look after the e-mails"))
    importing = commands.add_parser("import-members", help="import members from a CSV file")
    importing.add_argument("file", type=Path, help="; ".join(COLUMNS))
    importing.add_argument("--dry-run", action="store_true", help="only say what would be done")
    importing.add_argument(
        "--skip-bad", action="store_true", help="import the lines that are right"
    )
    return parser


def main() -> None:
    """Run a command; what a person got wrong is one sentence, never a traceback."""
    given = arguments().parse_args()
    if given.command == "schema":
        sys.stdout.write(sdl())
        return
    try:
        settings = from_environment()
        logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
        asyncio.run(_command(given, settings))
    except (WrongSetting, Unusable) as wrong:
        sys.exit(str(wrong))
    except KeyboardInterrupt:
        pass


def _command(given: argparse.Namespace, settings: Settings) -> Coroutine[Any, Any, None]:
    if given.command == "import-members":
        return import_file(settings, given.file, is_dry=given.dry_run, skips_bad=given.skip_bad)
    if given.command == "mail":
        return see_to_mail(settings, given)
    commands: dict[str, Callable[[Settings], Coroutine[Any, Any, None]]] = {
        "serve": serve,
        "run": run,
        "worker": work,
        "demo": fill_demo,
        "migrate": apply_migrations,
    }
    return commands[given.command](settings)


if __name__ == "__main__":
    main()
