"""Values that have a form of their own, and what is said to clients that send others."""

import json
from typing import Any

import pytest

from tests.client import Api
from tests.factories import a_mentor

SENTENCES = {
    "Date": "this is no day such as 2027-12-31",
    "TimeZone": "this is no IANA time zone name",
    "LanguageTag": "this is no BCP 47 language tag",
}
WITH_VARIABLE = {
    "Date": "mutation($it: Date) "
    "{ setStatus(input: {role: MENTOR, status: PAUSED, returnOn: $it}) { errors { code } } }",
    "TimeZone": "mutation($it: TimeZone) { updateProfile(input: {timeZone: $it}) { errors { code } } }",
    "LanguageTag": "mutation($it: LanguageTag!) "
    "{ updateProfile(input: {languages: [$it]}) { errors { code } } }",
}


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("Date", "20270101"),
        ("Date", "2027-W01-1"),
        ("Date", "tomorrow"),
        ("TimeZone", "localtime"),
        ("TimeZone", "right/UTC"),
        ("TimeZone", "../../etc/passwd"),
        ("LanguageTag", "English"),
        ("LanguageTag", "en" + "-variants" * 4),
    ],
)
async def test_a_text_of_another_form_is_refused_in_a_sentence(
    ask: Api, scalar: str, value: str
) -> None:
    answers = await both_ways(ask, scalar, value)

    assert all(SENTENCES[scalar] in it for it in answers)


@pytest.mark.parametrize("value", [5, 1.5, True, [5], {"year": 2027}])
@pytest.mark.parametrize("scalar", SENTENCES)
async def test_what_is_no_text_is_refused_in_a_sentence(
    ask: Api, scalar: str, value: object
) -> None:
    answers = await both_ways(ask, scalar, value)

    assert all("this is no text" in it for it in answers)


async def both_ways(ask: Api, scalar: str, value: Any) -> list[str]:
    """What is said to a value in the variables, and to the same in the document."""
    grace, document = await a_mentor(), WITH_VARIABLE[scalar]
    written = literal(value)
    inline = "mutation " + document[document.index("{") :].replace("$it", written)
    answers = [
        await ask.answer(document, as_=grace, it=value),
        await ask.answer(inline, as_=grace),
    ]
    assert all(it.get("data") is None for it in answers)
    return [str(it["errors"][0]["message"]) for it in answers]


def literal(value: Any) -> str:
    """The value as documents write it."""
    return json.dumps(value) if not isinstance(value, dict) else "{year: 2027}"
