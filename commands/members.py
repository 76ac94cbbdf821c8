"""The command that imports members."""

import argparse
import sys
from pathlib import Path

from commands.command import Given
from commands.database import database
from mailers import account_mailer
from models import Member
from models.erasure import ErasureLog
from models.member_import import COLUMNS, Underway, Unreadable, import_members
from settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what `import-members` takes."""
    parser.add_argument("file", type=Path, help="; ".join(COLUMNS))
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--skip-bad", action="store_true", help="import the lines that are right")


async def run(settings: Settings, given: Given) -> None:
    """Import members, and say what was done."""
    async with database(settings):
        try:
            with given.file.open(encoding="utf-8", newline="") as lines:
                report = await import_members(
                    lines,
                    is_dry=given.dry_run,
                    skips_bad=given.skip_bad,
                    tell_moved=tell_moved,
                    erased=ErasureLog(settings.keys),
                )
        except (OSError, Unreadable, Underway) as trouble:
            sys.exit(f"{given.file} cannot be imported: {trouble}")
    for bad in report.bad:
        print(bad, file=sys.stderr)
    for number in report.erased:
        print(f"line {number}: had their account deleted; left out", file=sys.stderr)
    would = "would be " if given.dry_run else ""
    if report.bad and not given.skip_bad:
        sys.exit("Nothing was imported. Correct these lines, or leave them out with --skip-bad.")
    print(
        f"Members {would}added: {report.added}, changed: {report.changed},"
        f" as they were: {report.unchanged}."
    )


async def tell_moved(member: Member, former: str) -> None:
    """Tell a member at both addresses that e-mails go to the other one from now on."""
    for email in account_mailer.address_changed(member, former=former):
        await email.deliver_later()
