"""Members from the association's directory."""

import asyncio
import io
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.members import tell_moved
from models import (
    CareerStage,
    ContactVisibility,
    Enrollment,
    Member,
    OutgoingEmail,
    PasswordReset,
    Refusal,
    clock,
)
from models.member_import import BadLine, Report, Underway, Unreadable, import_members
from tests.conftest import Time
from tests.factories import PASSWORD, a_member, a_mentor, signing_in
from tests.unchanged import everything

pytestmark = pytest.mark.usefixtures("database")

HEADER = "username,email,name"
ADA = "ada,ada@example.org,Ada Lovelace"
GRACE = "grace,grace@example.org,Grace Hopper"


def csv(*lines: str) -> io.StringIO:
    return io.StringIO("\n".join(lines) + "\n", newline="")


async def imported(*lines: str, is_dry: bool = False, skips_bad: bool = False) -> Report:
    return await import_members(
        csv(*lines), is_dry=is_dry, skips_bad=skips_bad, tell_moved=tell_moved
    )


async def named(username: str) -> Member:
    return await Member.get(username=username)


async def names() -> list[str]:
    return [it.name for it in await Member.all().order_by("name_key")]


async def addresses() -> dict[str, str]:
    return {it.username: it.email for it in await Member.all().order_by("username")}


def said(report: Report) -> list[str]:
    return [str(it) for it in report.bad]


async def test_members_are_added() -> None:
    report = await imported(HEADER, ADA, GRACE)

    assert (report.added, report.changed, report.unchanged, report.bad) == (2, 0, 0, [])
    assert await names() == ["Ada Lovelace", "Grace Hopper"]


async def test_every_column_is_kept() -> None:
    await imported(
        "name,email,username,valid_until,coordinator,password,headline,organization,location,"
        "career_stage,languages,time_zone",
        f"Ada,ada@example.org,ada,2027-12-31,Yes,{PASSWORD},Countess,Ockham,London,"
        "senior,EN pt-br,Europe/London",
    )

    ada = await named("ada")
    assert ada.valid_until == datetime(2028, 1, 1, tzinfo=UTC)
    assert ada.is_coordinator
    assert ada.headline == "Countess"
    assert ada.organization == "Ockham"
    assert ada.location == "London"
    assert ada.career_stage is CareerStage.SENIOR
    assert ada.languages == "en pt-BR"
    assert ada.time_zone == "Europe/London"
    assert await signing_in("ada", PASSWORD) == ada


async def test_what_is_left_empty_has_a_good_default() -> None:
    await imported(
        f"{HEADER},valid_until,coordinator,career_stage,languages,time_zone", f"{ADA},,,,,"
    )

    ada = await named("ada")
    assert ada.valid_until is None
    assert not ada.is_coordinator
    assert ada.time_zone == "UTC"


async def test_the_last_day_there_is_means_without_end() -> None:
    await imported(f"{HEADER},valid_until", f"{ADA},9999-12-31")

    assert (await named("ada")).valid_until is None


async def test_importing_twice_changes_nothing() -> None:
    lines = (f"{HEADER},password,languages", f"{ADA},{PASSWORD},en", f"{GRACE},{PASSWORD},en de")
    await imported(*lines)
    before = await everything()

    report = await imported(*lines)

    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)
    assert await everything() == before


async def test_a_line_changes_the_member_with_its_user_name() -> None:
    ada = await a_member(username="Ada", headline="Countess")

    report = await imported(HEADER, "ada,new@example.org,Ada King")

    assert (report.added, report.changed) == (0, 1)
    kept = await Member.get(id=ada.id)
    assert (kept.name, kept.name_key) == ("Ada King", "ada king")
    assert (kept.email, kept.email_key) == ("new@example.org", "new@example.org")
    assert kept.headline == "Countess"


async def test_who_gets_another_address_is_told_at_both(time: Time) -> None:
    ada = await a_member(username="ada", email="old@example.org", name="Ada Lovelace")

    await imported(HEADER, "ada,new@example.org,Ada Lovelace")
    await imported(HEADER, "ada,New@Example.org,Ada Lovelace")

    emails = await OutgoingEmail.filter(reader_id=ada.id)
    assert sorted((it.facts["to"], it.facts["is_former"]) for it in emails) == [
        ("new@example.org", False),
        ("old@example.org", True),
    ]


async def test_a_link_sent_to_the_former_address_is_worthless() -> None:
    ada = await a_member(username="ada", email="old@example.org")
    token = await PasswordReset.begin("rst_1", ada, asked_at=clock.now())

    await imported(HEADER, "ada,new@example.org,Ada Lovelace")

    with pytest.raises(Refusal, match="used already, or is too old"):
        await PasswordReset.member_with(token)


async def test_a_changed_member_is_found_by_the_new_name() -> None:
    grace = await a_mentor(
        person={"username": "grace", "email": "grace@example.org", "headline": "Admiral"}
    )

    await imported(HEADER, GRACE)

    assert "grace hopper admiral" in (await Enrollment.get(id=grace.id)).search_text


async def test_what_members_wrote_of_themselves_stays() -> None:
    lines = (
        f"{HEADER},headline,organization,location,career_stage,languages,time_zone",
        f"{ADA},Countess,Ockham,London,SENIOR,en,Europe/London",
    )
    await imported(*lines)
    ada = await named("ada")
    await ada.change({"headline": "Analyst", "location": None, "languages": ["fr"]})
    before = await everything()

    report = await imported(*lines)

    assert (report.changed, report.unchanged) == (0, 1)
    assert await everything() == before


async def test_the_name_is_the_directorys() -> None:
    await imported(HEADER, ADA)
    await (await named("ada")).change({"name": "Countess Lovelace"})

    await imported(HEADER, ADA)

    assert await names() == ["Ada Lovelace"]


async def test_what_the_file_has_no_column_for_stays() -> None:
    await a_member(
        username="ada",
        email="ada@example.org",
        is_coordinator=True,
        valid_until=datetime(2030, 1, 1, tzinfo=UTC),
    )

    await imported(HEADER, ADA)

    ada = await named("ada")
    assert ada.is_coordinator
    assert ada.valid_until == datetime(2030, 1, 1, tzinfo=UTC)


async def test_an_empty_value_of_the_directory_counts() -> None:
    await a_member(
        username="ada",
        email="ada@example.org",
        is_coordinator=True,
        valid_until=datetime(2030, 1, 1, tzinfo=UTC),
    )

    await imported(f"{HEADER},valid_until,coordinator", f"{ADA},,")

    ada = await named("ada")
    assert not ada.is_coordinator
    assert ada.valid_until is None


async def test_what_happens_to_members_during_an_import_stays() -> None:
    ada = await a_member(username="ada", email="ada@example.org", password_hash=None)
    suspended_at = clock.now()

    async def meanwhile() -> None:
        for pronouns in ("she", "they", "she", "they", "she"):  # until all lines have been read
            await ada.change({"pronouns": pronouns})
        await ada.change({"bio": "Analyst", "contact_visibility": ContactVisibility.NOBODY})
        await Member.filter(id=ada.id).update(suspended_at=suspended_at)

    lines = [f"{it},{PASSWORD}" for it in (GRACE, ADA, "hedy,hedy@example.org,Hedy")]
    await asyncio.gather(imported(f"{HEADER},password", *lines), meanwhile())

    kept = await Member.get(id=ada.id)
    assert (kept.bio, kept.contact_visibility) == ("Analyst", ContactVisibility.NOBODY)
    assert kept.suspended_at == suspended_at
    assert kept.name == "Ada Lovelace"
    assert kept.password_hash


async def test_a_password_is_only_the_first_one() -> None:
    await a_member(username="ada", email="ada@example.org")

    await imported(f"{HEADER},password", f"{ADA},another password")

    assert await signing_in("ada", PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "  blanks around it  ",
        "twelve signs",
        "a book of words " * 16,
        "e\u0301 e\u0300 e\u0302 e\u0308 " * 21,
        "".join(chr(0x1F400 + it * it) for it in range(12)),
    ],
)
async def test_a_first_password_signs_in_as_it_is_written(password: str) -> None:
    await imported(f"{HEADER},password", f"{ADA},{password}")

    assert await signing_in("ada", password) == await named("ada")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("x" * 11, "line 2: the password has fewer than 12 characters"),
        ("   ", "line 2: the password has fewer than 12 characters"),
        ("e\u0301" * 11, "line 2: the password has fewer than 12 characters"),
        ("x" * 257, "line 2: the password has more than 256 characters"),
        ("\u0958" * 129, "line 2: the password has more than 256 characters"),
        (
            "iloveyou2026",
            "line 2: the password is too much like those that many people choose",
        ),
        (
            "Lovelace-1815",
            "line 2: the password is little more than a name or an address that others know",
        ),
        (
            "mentor match!",
            "line 2: the password is little more than a name or an address that others know",
        ),
    ],
)
async def test_a_password_that_nobody_may_have_is_refused(password: str, reason: str) -> None:
    report = await imported(f"{HEADER},password", f"{ADA},{password}")

    assert said(report) == [reason]
    assert await names() == []


async def test_a_member_without_a_password_gets_one() -> None:
    ada = await a_member(username="ada", email="ada@example.org", password_hash=None)

    report = await imported(f"{HEADER},password", f"{ADA},{PASSWORD}")

    assert report.changed == 1
    assert await signing_in("ada", PASSWORD) == ada


async def test_a_lapse_and_a_return_come_from_the_directory() -> None:
    await imported(f"{HEADER},valid_until", f"{ADA},2020-12-31")
    lapsed = await named("ada")

    await imported(f"{HEADER},valid_until", f"{ADA},")

    assert not lapsed.is_in_good_standing
    assert (await named("ada")).is_in_good_standing


async def test_members_who_are_not_on_the_list_stay_as_they_are() -> None:
    await a_member(name="Hedy")

    await imported(HEADER, ADA)

    assert await names() == ["Ada Lovelace", "Hedy"]


async def test_a_dry_run_only_reports() -> None:
    await a_member(username="ada", email="ada@example.org")
    before = await everything()

    report = await imported(HEADER, ADA, GRACE, is_dry=True)

    assert (report.added, report.changed) == (1, 1)
    assert await everything() == before


async def test_a_wrong_line_imports_nothing() -> None:
    report = await imported(HEADER, ADA, "grace,no address,Grace")

    assert report.bad == [BadLine(3, "“no address” is no e-mail address")]
    assert str(report.bad[0]) == "line 3: “no address” is no e-mail address"
    assert await names() == []


async def test_wrong_lines_may_be_left_out() -> None:
    report = await imported(HEADER, "grace,no address,Grace", ADA, skips_bad=True)

    assert [it.number for it in report.bad] == [2]
    assert await names() == ["Ada Lovelace"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",ada@example.org,Ada", "username is missing"),
        ("ada,,Ada", "email is missing"),
        ("ada,ada@example.org, ", "name is missing"),
        ("ada,ada@example.org,\x01", "name is missing"),
        ("\u0301,ada@example.org,Ada", "username is missing"),
        ("\u00b4,ada@example.org,Ada", "username is missing"),
        ("ada,ada@example.org,\u200b", "name is missing"),
        ("ada,ada@example.org", "as many values as there are columns, please"),
        ("ada,ada@example.org,Ada,more", "as many values as there are columns, please"),
        ("ada,ada,Ada", "“ada” is no e-mail address"),
        ("ada,ada@example.org\u2028Bcc: x@y.z,Ada", "is no e-mail address"),
        ("ada,<ada@example.org>,Ada", "“<ada@example.org>” is no e-mail address"),
        (f"ada,ada@example.org,{'x' * 121}", "is longer than 120 characters"),
        (f"ada,ada@example.org,{'x' * 501}", "name is too long"),
        ("ada,ada@example.org,A\x00da", "name is too long or has characters that cannot be kept"),
        ("ada,ada@example.org,A\ud800da", "name is too long or has characters that cannot be kept"),
    ],
)
async def test_a_wrong_line_is_named_with_its_reason(line: str, reason: str) -> None:
    report = await imported(HEADER, line)

    [bad] = report.bad
    assert bad.number == 2
    assert reason in bad.reason
    assert await names() == []


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("valid_until", "31.12.2027", "“31.12.2027” is no day such as 2027-12-31"),
        ("valid_until", "2027-02-30", "“2027-02-30” is no day such as 2027-12-31"),
        ("valid_until", "20270101", "“20270101” is no day such as 2027-12-31"),
        ("valid_until", "2027-W01-1", "“2027-W01-1” is no day such as 2027-12-31"),
        ("coordinator", "perhaps", "coordinator is yes or no, not “perhaps”"),
        ("career_stage", "king", "“king” is no career stage"),
        ("career_stage", "__class__", "“__class__” is no career stage"),
        ("time_zone", "Mars/Olympus", "“Mars/Olympus” is no time zone"),
        ("time_zone", "../../etc/passwd", "“../../etc/passwd” is no time zone"),
        ("time_zone", "localtime", "“localtime” is no time zone"),
        ("time_zone", "posixrules", "“posixrules” is no time zone"),
        ("time_zone", "right/UTC", "“right/UTC” is no time zone"),
        ("languages", "en-" + "-".join(["variants"] * 4), "are no language tags"),
        ("languages", "English", "“English” are no language tags"),
        ("languages", "en <b>", "“en <b>” are no language tags"),
    ],
)
async def test_a_wrong_value_is_named_with_its_reason(column: str, value: str, reason: str) -> None:
    report = await imported(f"{HEADER},{column}", f"{ADA},{value}")

    [bad] = report.bad
    assert reason in bad.reason
    assert await names() == []


async def test_a_name_or_address_that_comes_twice_is_named() -> None:
    report = await imported(HEADER, ADA, "ADA,other@example.org,Ada", "eve,ADA@example.org,Eve")

    assert said(report) == [
        "line 3: the user name of line 2 is the same",
        "line 4: ADA@example.org is the address of line 2",
    ]


async def test_a_line_that_resembles_a_wrong_one_is_right() -> None:
    await a_member(username="hedy", email="hedy@example.org")

    report = await imported(
        HEADER,
        "ada,no address,Ada",
        "grace,hedy@example.org,Grace",
        ADA,
        GRACE,
        skips_bad=True,
    )

    assert [it.number for it in report.bad] == [2, 3]
    assert await addresses() == {
        "ada": "ada@example.org",
        "grace": "grace@example.org",
        "hedy": "hedy@example.org",
    }


async def test_the_address_of_another_member_is_not_taken_over() -> None:
    await a_member(username="hedy", email="ada@example.org")

    report = await imported(HEADER, ADA)

    assert said(report) == ["line 2: ada@example.org is the address of another member"]
    assert await Member.all().count() == 1


@pytest.mark.parametrize(
    ("known", "alike"),
    [("josé", "jose"), ("jose", "José"), ("jo se", "jo  se"), ("weiß", "weiss")],
)
async def test_a_user_name_that_is_written_alike_is_another_persons(known: str, alike: str) -> None:
    await a_member(username=known, email="jose@example.org")
    before = await everything()

    report = await imported(HEADER, f"{alike},new@example.org,José")

    assert said(report) == [f"line 2: the user name of another member is written alike: {known}"]
    assert await everything() == before


async def test_a_user_name_that_is_written_alike_further_up_is_another_persons() -> None:
    report = await imported(HEADER, "josé,a@example.org,José", "jose,b@example.org,Jose")

    assert said(report) == ["line 3: the user name of line 2 is written alike: josé"]
    assert await names() == []


@pytest.mark.parametrize("written", ["JOSÉ", "jose\u0301", " José "])
async def test_case_and_encoding_make_no_other_user_name(written: str) -> None:
    jose = await a_member(username="josé", email="jose@example.org")

    report = await imported(HEADER, f"{written},jose@example.org,José")

    assert report.changed == 1
    assert (await Member.get(id=jose.id)).name == "José"


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        (
            ["hedy@example.org,ada@example.org,Ada"],
            ["line 2: hedy@example.org is the address of another member"],
        ),
        (
            ["Hedy@EXAMPLE.org,ada@example.org,Ada"],
            ["line 2: Hedy@EXAMPLE.org is the address of another member"],
        ),
        (
            ["ada,hedy@example.com,Ada"],
            ["line 2: hedy@example.com is the user name of another member"],
        ),
        (
            ["eve@bücher.example,eve@example.org,Eve", "ada,eve@bücher.example,Ada"],
            ["line 3: eve@xn--bcher-kva.example is the user name of line 2"],
        ),
        (
            ["ada,eve@example.org,Ada", "eve@example.org,ada@example.org,Eve"],
            ["line 3: eve@example.org is the address of line 2"],
        ),
    ],
)
async def test_a_user_name_is_not_the_address_of_somebody_else(
    lines: Sequence[str], reasons: list[str]
) -> None:
    await a_member(username="hedy@example.com", email="hedy@example.org")
    before = await everything()

    report = await imported(HEADER, *lines)

    assert said(report) == reasons
    assert await everything() == before


async def test_a_user_name_may_be_ones_own_address() -> None:
    line = "ada@example.org,ada@example.org,Ada"

    reports = [await imported(HEADER, line), await imported(HEADER, line)]

    assert [(it.added, it.unchanged, it.bad) for it in reports] == [(1, 0, []), (0, 1, [])]


async def test_members_swap_their_addresses() -> None:
    await imported(HEADER, ADA, GRACE)

    report = await imported(HEADER, "ada,grace@example.org,Ada", "grace,ada@example.org,Grace")

    assert (report.changed, report.bad) == (2, [])
    assert await addresses() == {"ada": "grace@example.org", "grace": "ada@example.org"}
    assert {it.email_key for it in await Member.all()} == {"ada@example.org", "grace@example.org"}


async def test_a_new_member_takes_an_address_that_becomes_free() -> None:
    await imported(HEADER, ADA)

    report = await imported(HEADER, "hedy,ada@example.org,Hedy", "ada,new@example.org,Ada")

    assert (report.added, report.changed, report.bad) == (1, 1, [])
    assert await addresses() == {"ada": "new@example.org", "hedy": "ada@example.org"}


async def test_an_address_does_not_become_free_by_a_wrong_line() -> None:
    await imported(HEADER, ADA, GRACE, "hedy,hedy@example.org,Hedy")
    before = await everything()

    report = await imported(
        HEADER,
        "hedy,grace@example.org,Hedy",
        "grace,ada@example.org,Grace",
        "ada,no address,Ada",
        skips_bad=True,
    )

    assert said(report) == [
        "line 2: grace@example.org is the address of another member",
        "line 3: ada@example.org is the address of another member",
        "line 4: “no address” is no e-mail address",
    ]
    assert await everything() == before


async def test_a_long_list_can_be_read() -> None:
    lines = [f"member{n},member{n}@example.org,Member {n}" for n in range(33_000)]

    report = await imported(HEADER, *lines, is_dry=True)

    assert (report.added, report.bad) == (33_000, [])


async def test_a_long_list_can_be_imported() -> None:
    people = range(2_100)
    await imported(HEADER, *(f"member{n},member{n}@example.org,Member" for n in people))

    report = await imported(
        HEADER, *(f"member{n},member{n - 1}@example.org,Member" for n in people)
    )

    assert (report.changed, report.bad) == (len(people), [])


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("username,email", "The first line must name the columns name."),
        ("username;email;name", "The first line must name the columns username, email, name."),
        ("", "The first line must name the columns username, email, name."),
        (f"{HEADER},shoe_size", "There is no column shoe_size."),
        (f"{HEADER},", "The first line has no name for column 4."),
        (f"{HEADER},name", "The first line names a column twice."),
    ],
)
async def test_a_file_of_something_else_is_refused_as_a_whole(header: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        await imported(header, ADA)

    assert await names() == []


@pytest.mark.parametrize(
    "lines",
    [
        f"\ufeff{HEADER}\r\n{ADA}\r\n",
        f"{HEADER}\n\n{ADA}\n\n",
        f"{HEADER}\n{ADA}",
        '"username","email","name"\n"ada","ada@example.org","Ada Lovelace"\n',
        f"{HEADER}\n ada , ada@example.org , Ada Lovelace \n",
        f'{HEADER}\nada,ada@example.org,"Ada\nLovelace"\n',
    ],
)
async def test_files_come_as_spreadsheets_write_them(lines: str) -> None:
    report = await import_members(
        io.StringIO(lines, newline=""), is_dry=False, skips_bad=False, tell_moved=tell_moved
    )

    assert report.added == 1
    assert await names() == ["Ada Lovelace"]


async def test_quotes_and_commas_inside_a_value_are_kept() -> None:
    await imported(HEADER, 'ada,ada@example.org,"Lovelace, ""Ada"""')

    assert await names() == ['Lovelace, "Ada"']


async def test_a_quote_that_is_never_closed_is_refused() -> None:
    with pytest.raises(Unreadable, match="no CSV in UTF-8"):
        await imported(HEADER, 'ada,ada@example.org,"Ada', GRACE)

    assert await names() == []


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
async def test_a_file_in_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(f"{HEADER}\nada,ada@example.org,Adä\n".encode(encoding))

    with file.open(encoding="utf-8", newline="") as lines, pytest.raises(Unreadable):
        await import_members(lines, is_dry=False, skips_bad=False, tell_moved=tell_moved)

    assert await names() == []


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE member; --",
        "=HYPERLINK(1)",
        "{{ 7 * 7 }}",
        "🦉" * 60,
    ],
)
async def test_hostile_text_is_only_text(name: str) -> None:
    await imported(HEADER, f'ada,ada@example.org,"{name}"')

    assert await names() == [name]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ada@Bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@faß.example", "ada@xn--fa-hia.example"),
    ],
)
async def test_an_address_of_other_letters_is_kept_as_mail_servers_know_it(
    written: str, kept: str
) -> None:
    await imported(f"{HEADER},password", f"ada,{written},Ada,{PASSWORD}")

    assert (await named("ada")).email == kept
    assert await signing_in(written, PASSWORD) == await named("ada")


async def test_two_imports_at_once_add_everybody_once() -> None:
    def imported() -> Awaitable[Report]:
        lines = ["username,email,name\n", "ada,ada@example.org,Ada\n", "eve,eve@example.org,Eve\n"]
        return import_members(lines, is_dry=False, skips_bad=False, tell_moved=tell_moved)

    outcomes = await asyncio.gather(imported(), imported(), return_exceptions=True)

    assert all(isinstance(it, Report | Underway) for it in outcomes)
    assert sorted([it.username for it in await Member.all()]) == ["ada", "eve"]
