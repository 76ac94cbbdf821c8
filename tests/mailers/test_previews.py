"""Every e-mail reads well: what all of them have in common."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

import settings
from mailers.links import PAGES, Links
from mailers.rendering import TEMPLATES, WIDTH, render
from models.text import is_storable
from schema import schema
from tests.mailers.preview import write
from tests.mailers.previews import PREVIEWS, rendered

CLIENT = settings.read({"CLIENT_URL": "https://mentoring.example.org"})
GRAPHIQL = settings.read({"PUBLIC_URL": "https://api.example.org"})
WEB = re.compile(r"https?://[^\s\"<>]+")

every_email = pytest.mark.parametrize("name", PREVIEWS)


class Page(HTMLParser):
    """The links of a page and whatever it would load; fails on tags that are not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "a":
            self.links.append(values["href"] or "")
        self.loaded += [str(values[it]) for it in ("src", "background", "srcset") if it in values]
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@every_email
def test_the_subject_is_one_line(name: str) -> None:
    subject = rendered(PREVIEWS[name](), CLIENT).subject

    assert 10 < len(subject) < 80
    assert subject.splitlines() == [subject]


@every_email
def test_both_bodies_have_the_same_one_link_to_act_on(name: str) -> None:
    words = rendered(PREVIEWS[name](), CLIENT)

    [link] = WEB.findall(words.text)
    links = [it for it in Page(words.html).links if not it.startswith("mailto:")]

    assert link.startswith("https://mentoring.example.org/")
    assert links == [link, link]


@every_email
def test_without_a_client_the_link_opens_graphiql(name: str) -> None:
    words = rendered(PREVIEWS[name](), GRAPHIQL)

    [link] = WEB.findall(words.text)

    assert link.startswith("https://api.example.org/graphiql?query=")
    assert link in Page(words.html).links


@every_email
def test_the_reader_is_greeted_and_told_why_they_get_it(name: str) -> None:
    email = PREVIEWS[name]()

    words = rendered(email, CLIENT)

    for body in (words.text, words.html):
        assert email.reader.name in body
        assert "You get this e-mail" in body


@every_email
def test_plain_text_is_wrapped(name: str) -> None:
    text = rendered(PREVIEWS[name](), GRAPHIQL).text

    assert all(len(line) <= WIDTH for line in text.splitlines() if not WEB.search(line))
    assert "\n\n\n" not in text
    assert "{" not in WEB.sub("", text)


@every_email
def test_html_loads_nothing_from_elsewhere(name: str) -> None:
    html = rendered(PREVIEWS[name](), CLIENT).html

    assert Page(html).loaded == []
    assert "url(" not in html


def test_every_template_has_both_bodies_and_a_preview() -> None:
    files = {it.relative_to(TEMPLATES).as_posix() for it in TEMPLATES.glob("*/*.*")}
    previewed = {preview().template for preview in PREVIEWS.values()}

    assert files == {f"{it}.{body}" for it in previewed for body in ("txt", "html")}


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("relationship_mailer/thanks_received", {"links": Links(CLIENT), "program": "M"})


def test_what_people_wrote_is_quoted_with_its_line_breaks() -> None:
    words = rendered(PREVIEWS["enrollment_mailer/partner_paused"](), CLIENT)

    assert "> I am at sea until autumn, without a telephone.\n> Write letters!\n" in words.text
    assert "without a telephone.<br>\nWrite letters!" in words.html


@pytest.mark.parametrize("page", PAGES)
def test_every_document_behind_a_link_is_right(page: str) -> None:
    document = PAGES[page].document.replace("{id}", "req_1")

    assert validate(schema._schema, parse(document)) == []


@given(
    words=st.text().filter(is_storable), name=st.text(min_size=1, max_size=120).filter(is_storable)
)
def test_whatever_people_write_stays_words(words: str, name: str) -> None:
    facts = {"relationship_id": "rel_1", "partner": name, "thanks": words}
    given = {"reader": name, "program": "Mentor Match", "links": Links(CLIENT)}

    written = render("relationship_mailer/thanks_received", {**given, **facts})

    assert len(written.subject.splitlines()) == 1
    assert set(Page(written.html).links) == {"https://mentoring.example.org/relationships/rel_1"}


def test_markup_and_templates_in_words_are_just_words() -> None:
    facts = {"relationship_id": "rel_1", "partner": "{{ links }}", "thanks": "<script>{% x %}"}
    given = {"reader": "<b>Ada", "program": "Mentor Match", "links": Links(CLIENT)}

    written = render("relationship_mailer/thanks_received", {**given, **facts})

    assert written.subject == "{{ links }} thanks you"
    assert "> <script>{% x %}\n" in written.text
    assert "&lt;script&gt;{% x %}" in written.html
    assert "<b>" not in written.html


def test_marks_that_reverse_text_are_left_out() -> None:
    facts = {"relationship_id": "rel_1", "partner": "Ada\u202egro", "thanks": "abc\u202ecba"}
    given = {"reader": "Grace", "program": "Mentor Match", "links": Links(CLIENT)}

    written = render("relationship_mailer/thanks_received", {**given, **facts})

    assert "\u202e" not in written.subject + written.text + written.html


def test_previews_are_written_for_every_email(tmp_path: Path) -> None:
    files = write(tmp_path / "previews")

    assert len(files) == 2 * len(PREVIEWS) + 1
    assert all(it.read_text() for it in files)


def test_the_index_of_the_previews_shows_every_email_wide_and_narrow(tmp_path: Path) -> None:
    *files, index = write(tmp_path)

    html = index.read_text()
    assert "<title>Mentor Match · E-mails</title>" in html
    assert html.count('<iframe title="640') == html.count('<iframe title="360') == len(PREVIEWS)
    assert {it.name for it in files} <= set(Page(html).links)
