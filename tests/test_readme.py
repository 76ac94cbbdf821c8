"""What the README promises is so."""

import json
import re
from pathlib import Path

import graphql
import pytest

import demo
from main import arguments
from models import Member
from models.member_import import COLUMNS
from schema import schema
from tests.client import Api

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
DOCUMENTS = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)


async def test_its_first_query_has_the_answer_it_shows(ask: Api) -> None:
    await demo.fill()
    mentee = await Member.get(username="mentee")
    [shown] = re.findall(r"```json\n(.*?)```", README, re.DOTALL)

    answer = await ask.answer(DOCUMENTS[0], as_=mentee)

    assert answer["data"] == json.loads(shown)["data"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_its_documents_are_valid(document: str) -> None:
    assert graphql.validate(schema._schema, graphql.parse(document)) == []


def test_its_first_screen_says_what_it_is_shows_a_query_and_how_to_run_it() -> None:
    first_screen = README.split("## ")[0]

    assert "mentoring program" in first_screen.split("```")[0]
    assert {"graphql", "json", "sh"} == set(re.findall(r"```(\w+)", first_screen))


def test_it_lists_every_command() -> None:
    listed = set(re.findall(r"^\| `python main.py ([\w-]+)", README, re.MULTILINE))

    [commands] = [it.choices for it in arguments()._actions if it.dest == "command"]
    assert listed == set(commands)


def test_it_lists_every_column_of_an_import() -> None:
    for name, meaning in COLUMNS.items():
        assert f"| `{name}` | {meaning} |" in README


def test_its_make_commands_exist() -> None:
    makefile = (Path(__file__).parent.parent / "Makefile").read_text(encoding="utf-8")

    for command in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert f"\n{command}:" in makefile
