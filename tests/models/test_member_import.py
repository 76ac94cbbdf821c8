"""Members from the association's directory."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import CareerStage, Enrollment, Member
from models.member_import import BadLine, Report, Unreadable, import_members
from tests.factories import PASSWORD, a_member, a_mentor
from tests.unchanged import everything

pytestmark = pytest.mark.usefixtures("database")

HEADER = "username,email,name"
ADA = "ada,ada@example.org,Ada Lovelace"
GRACE = "grace,grace@example.org,Grace Hopper"


def csv(*lines: str) -> io.StringIO:
    return io.StringIO("\n".join(lines) + "\n", newline="")


async def imported(*lines: str, is_dry: bool = False, skips_bad: bool = False) -> Report:
    return await import_members(csv(*lines), is_dry=is_dry, skips_bad=skips_bad)


async def named(username: str) -> Member:
    return await Member.get(username=username)


async def names() -> list[str]:
    return [it.name for it in await Member.all().order_by("name_key")]


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
    assert await Member.with_credentials("ada", PASSWORD) == ada


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


async def test_a_changed_member_is_found_by_the_new_words() -> None:
    grace = await a_mentor(person={"username": "grace", "email": "grace@example.org"})

    await imported(f"{HEADER},headline", f"{GRACE},Admiral")

    assert "grace hopper admiral" in (await Enrollment.get(id=grace.id)).search_text


async def test_a_password_is_only_the_first_one() -> None:
    await a_member(username="ada", email="ada@example.org")

    await imported(f"{HEADER},password", f"{ADA},another password")

    assert await Member.with_credentials("ada", PASSWORD)


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
        ("coordinator", "perhaps", "coordinator is yes or no, not “perhaps”"),
        ("career_stage", "king", "“king” is no career stage"),
        ("career_stage", "__class__", "“__class__” is no career stage"),
        ("time_zone", "Mars/Olympus", "“Mars/Olympus” is no time zone"),
        ("time_zone", "../../etc/passwd", "“../../etc/passwd” is no time zone"),
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

    assert [str(it) for it in report.bad] == [
        "line 3: the same username as in line 2",
        "line 4: the same email as in line 2",
    ]


async def test_the_address_of_another_member_is_not_taken_over() -> None:
    await a_member(username="hedy", email="ada@example.org")

    report = await imported(HEADER, ADA)

    assert [str(it) for it in report.bad] == [
        "line 2: ada@example.org is the address of another member"
    ]
    assert await Member.all().count() == 1


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("username,email", "The first line must name the columns name."),
        ("username;email;name", "The first line must name the columns username, email, name."),
        ("", "The first line must name the columns username, email, name."),
        (f"{HEADER},shoe_size", "There is no column shoe_size."),
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
    report = await import_members(io.StringIO(lines, newline=""), is_dry=False, skips_bad=False)

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
        await import_members(lines, is_dry=False, skips_bad=False)

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


async def test_an_address_of_other_letters_is_kept_as_mail_servers_know_it() -> None:
    await imported(HEADER, "ada,ada@Bücher.example,Ada")

    assert (await named("ada")).email == "ada@xn--bcher-kva.example"
