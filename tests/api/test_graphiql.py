"""GraphiQL is served from here and from nowhere else."""

import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import graphql
import httpx
import pytest

import settings
from main import application
from schema import schema
from schema.graphiql.examples import examples
from tests.client import Api
from tests.factories import a_mentee, a_mentor

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
OPERATIONS = [
    pytest.param(document, operation.name.value, id=operation.name.value)
    for document in examples()
    for operation in graphql.parse(document).definitions
    if isinstance(operation, graphql.OperationDefinitionNode) and operation.name
    if operation.operation is not graphql.OperationType.SUBSCRIPTION  # see tests/stories
]


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """The application without a database, which GraphiQL does not need."""
    transport = httpx.ASGITransport(application(settings.read({"WORKER": "no"})))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_the_page_may_load_and_reach_nothing_but_its_own_host(
    http: httpx.AsyncClient,
) -> None:
    headers = (await http.get("/graphiql")).headers

    policy = dict(it.split(maxsplit=1) for it in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_every_file_of_the_page_is_ours_and_of_the_right_type(
    http: httpx.AsyncClient,
) -> None:
    addresses = await references(http)

    assert len(addresses) == 6
    for address in addresses:
        file = await http.get(address)
        assert urlsplit(address).netloc == "test"
        assert file.status_code == 200
        assert file.headers["content-type"] == TYPES[re.search(r"\.\w+$", file.url.path)[0]]
        assert file.headers["x-content-type-options"] == "nosniff"


async def test_nothing_of_ours_names_another_host(http: httpx.AsyncClient) -> None:
    ours = [it for it in await references(http) if "/page." in it]

    texts = [(await http.get(it)).text for it in ("/graphiql", *ours)]

    assert len(texts) == 3
    assert not [it for text in texts for it in re.findall(r"(?:https?:)?//[\w.]+", text)]


async def test_a_file_is_kept_for_good_under_its_version(http: httpx.AsyncClient) -> None:
    [address] = [it for it in await references(http) if "/graphiql.min.js" in it]

    file = await http.get(address)

    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_file_of_another_version_is_asked_for_again_next_time(
    http: httpx.AsyncClient,
) -> None:
    file = await http.get("/graphiql/assets/page.js?v=older")

    assert file.status_code == 200
    assert file.headers["cache-control"] == "no-cache"


async def test_a_file_that_has_not_changed_is_not_sent_again(http: httpx.AsyncClient) -> None:
    tag = (await http.get("/graphiql/assets/page.js")).headers["etag"]

    again = await http.get("/graphiql/assets/page.js", headers={"If-None-Match": f"W/{tag}"})

    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "name",
    ["page.html", "fetch.umd.js", "..%2F__init__.py", "%2Fetc%2Fpasswd", "page.js%00", "%2e%2e"],
)
async def test_no_other_file_is_served(name: str, http: httpx.AsyncClient) -> None:
    answer = await http.get(f"/graphiql/assets/{name}")

    assert answer.status_code == 404
    assert answer.json()["errors"]


async def test_a_browser_that_opens_the_api_is_led_to_graphiql(http: httpx.AsyncClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    answer = await http.get("/graphql", headers={"Accept": accept}, follow_redirects=True)

    assert answer.url.path == "/graphiql"
    assert "<title>Mentor Match · GraphiQL</title>" in answer.text


async def test_who_only_looks_whether_the_api_is_there_is_led_there_too(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.head("/graphql", headers={"Accept": "text/html"}, follow_redirects=True)

    assert answer.url.path == "/graphiql"
    assert answer.status_code == 200


async def test_a_browser_that_opens_just_the_host_is_led_to_graphiql(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.get("/", follow_redirects=True)

    assert answer.url.path == "/graphiql"
    assert "<title>Mentor Match · GraphiQL</title>" in answer.text


async def test_the_page_holds_every_example(http: httpx.AsyncClient) -> None:
    page = (await http.get("/graphiql")).text

    [held] = re.findall(r'<script type="application/json" id="examples">(.*?)</script>', page)
    assert json.loads(held) == examples()


@pytest.mark.parametrize("document", examples())
def test_every_example_is_valid(document: str) -> None:
    assert graphql.validate(schema._schema, graphql.parse(document)) == []


@pytest.mark.parametrize(("document", "operation"), OPERATIONS)
async def test_every_example_runs(document: str, operation: str, ask: Api) -> None:
    mentee = await a_mentee()
    await a_mentor()

    answer = await ask.answer(only(document, operation), as_=mentee)

    assert "errors" not in answer
    assert all(answer["data"].values())


def only(document: str, operation: str) -> str:
    """The document with this operation and what it needs."""
    return graphql.print_ast(
        graphql.utilities.separate_operations(graphql.parse(document))[operation]
    )


async def references(http: httpx.AsyncClient) -> list[str]:
    """The addresses of the files that make up the page."""
    page = await http.get("/graphiql")
    found = References()
    found.feed(page.text)
    return [urljoin(str(page.url), it) for it in found.addresses if not it.startswith("data:")]


class References(HTMLParser):
    """Whatever a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
