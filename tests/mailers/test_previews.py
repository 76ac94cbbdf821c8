"""Every e-mail reads well in every language: what all of them have in common."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

import settings
from mailers.links import PAGES, Links
from mailers.plain import WIDTH
from mailers.previews import PREVIEWS, facts, rendered
from mailers.rendering import TEMPLATES, Rendered, render
from models.outgoing_email.forgetting import KNOWN as FORGOTTEN
from models.text import is_storable
from schema import schema
from tests.mailers.catalogs import languages
from tests.mailers.page import Page
from tests.mailers.preview import write

CLIENT = settings.read({"CLIENT_URL": "https://mentoring.example.org"})
GRAPHIQL = settings.read({"PUBLIC_URL": "https://api.example.org"})
OUR_PAGES = {
    "request_mailer/received": "answer/",
    "request_mailer/reminder": "answer/",
    "request_mailer/follow_up": "answer/",
    "account_mailer/password_reset": "reset-password/",
    "account_mailer/password_changed": "forgot-password",
    "account_mailer/data_taken": "forgot-password",
    "account_mailer/new_device": "forgot-password",
    "account_mailer/single_sign_on_linked": "forgot-password",
}
WEB = re.compile(r"https?://[^\s\"<>]+")
ENDS = {"settings": "https://example.org/settings", "unsubscribe": "https://example.org/u/1"}

every_email = pytest.mark.parametrize("name", PREVIEWS)
every_other_email = pytest.mark.parametrize("name", [it for it in PREVIEWS if "digest" not in it])
every_language = pytest.mark.parametrize("language", ["en", *languages()])


@every_language
@every_email
def test_the_subject_is_one_line(name: str, language: str) -> None:
    subject = rendered(PREVIEWS[name](), CLIENT, language).subject

    assert 10 < len(subject) < 80
    assert subject.splitlines() == [subject]


@every_language
@every_email
def test_both_bodies_have_the_same_one_link_to_act_on(name: str, language: str) -> None:
    email = PREVIEWS[name]()
    words = rendered(email, CLIENT, language)
    told = [it["link"] for it in email.facts.get("headlines", [])]

    *others, link = WEB.findall(words.text)
    links = [it for it in Page(words.html).links if not it.startswith("mailto:")]

    assert link.startswith("https://mentoring.example.org/")
    assert others == told
    assert links == [*told, link, link]


@every_language
@every_other_email
def test_both_bodies_say_the_same(name: str, language: str) -> None:
    words = rendered(PREVIEWS[name](), CLIENT, language)
    plain = re.sub(r"^(>|-(?!-))", "", words.text, flags=re.MULTILINE)
    body, reason = WEB.split(plain)
    rich = Page(words.html).words

    assert " ".join(body.split()).removesuffix(":") in rich
    assert " ".join(reason.split()).removeprefix("-- Mentor Match ") in rich
    assert words.subject in rich


@every_email
def test_without_a_client_the_link_opens_graphiql_or_a_page_of_ours(name: str) -> None:
    words = rendered(PREVIEWS[name](), GRAPHIQL)
    pages = [page for it, page in OUR_PAGES.items() if PREVIEWS[name]().template == it]

    link = WEB.findall(words.text)[-1]

    [page] = pages or ["graphiql?query="]
    assert link.startswith(f"https://api.example.org/{page}")
    assert link in Page(words.html).links


@every_email
def test_the_reader_is_greeted_and_told_why_they_get_it(name: str) -> None:
    email = PREVIEWS[name]()

    words = rendered(email, CLIENT)

    for body in (words.text, words.html):
        assert email.reader.name in body
        assert "You get this e-mail" in body


@every_language
@every_email
def test_plain_text_is_wrapped(name: str, language: str) -> None:
    text = rendered(PREVIEWS[name](), GRAPHIQL, language).text

    assert all(len(line) <= WIDTH for line in text.splitlines() if not WEB.search(line))
    assert "\n\n\n" not in text
    assert "{" not in WEB.sub("", text)


@every_email
def test_html_loads_nothing_from_elsewhere(name: str) -> None:
    html = rendered(PREVIEWS[name](), CLIENT).html

    assert Page(html).loaded == []
    assert "url(" not in html


@every_language
def test_a_page_tells_its_language(language: str) -> None:
    html = rendered(PREVIEWS["request_mailer/received"](), CLIENT, language).html

    assert Page(html).language == (language, "ltr")


def test_styles_are_where_mail_programs_look_for_them() -> None:
    html = rendered(PREVIEWS["request_mailer/received"](), CLIENT).html

    assert '<h1 style="' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_lists_of_emails_have_a_beginning_to_show() -> None:
    html = rendered(PREVIEWS["request_mailer/received"](), CLIENT).html

    shown = Page(html).words
    assert shown.startswith("Ada Byron (Analyst at Babbage & Sons) would like to work with you")


def test_days_are_written_as_in_the_language() -> None:
    email = PREVIEWS["request_mailer/received"]()

    assert "March 15, 2026" in rendered(email, CLIENT, "en").text
    assert "15. März 2026" in rendered(email, CLIENT, "de").text


def test_every_template_has_a_preview() -> None:
    files = {it.relative_to(TEMPLATES).as_posix() for it in TEMPLATES.glob("*_mailer/*")}

    assert files == {f"{preview().template}.jinja" for preview in PREVIEWS.values()}


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("relationship_mailer/thanks_received", {"links": Links(CLIENT), "program": "M"})


@every_language
def test_who_may_choose_finds_where_at_the_end(language: str) -> None:
    given = facts(PREVIEWS["request_mailer/received"](), CLIENT)

    words = render("request_mailer/received", {**given, **ENDS}, language)

    for link in ENDS.values():
        assert link in words.text
        assert link in Page(words.html).links


def test_what_people_wrote_is_quoted_with_its_line_breaks() -> None:
    words = rendered(PREVIEWS["enrollment_mailer/partner_paused"](), CLIENT)

    assert "> I am at sea until autumn, without a telephone.\n> Write letters!\n" in words.text
    assert "without a telephone.<br>Write letters!" in words.html


@pytest.mark.parametrize("page", [name for name, it in PAGES.items() if it.document])
def test_every_document_behind_a_link_is_right(page: str) -> None:
    document = PAGES[page].document.replace("{id}", "req_1")

    assert validate(schema._schema, parse(document)) == []


def thanks(words: str, *, by: str = "Ada", to: str = "Grace") -> Rendered:
    given = {"reader": to, "program": "Mentor Match", "links": Links(CLIENT)}
    told = {"relationship_id": "rel_1", "partner": by, "thanks": words}
    return render("relationship_mailer/thanks_received", {**given, **told})


@given(
    words=st.text().filter(is_storable), name=st.text(min_size=1, max_size=120).filter(is_storable)
)
def test_whatever_people_write_stays_words(words: str, name: str) -> None:
    written = thanks(words, by=name, to=name)

    assert len(written.subject.splitlines()) == 1
    assert set(Page(written.html).links) == {"https://mentoring.example.org/relationships/rel_1"}


def test_markup_and_templates_in_words_are_just_words() -> None:
    written = thanks("<script>{% x %}", by="{{ links }} %(reader)s", to="<b>Ada")

    assert written.subject == "{{ links }} %(reader)s thanks you"
    assert "> <script>{% x %}\n" in written.text
    assert "&lt;script&gt;{% x %}" in written.html
    assert "<b>" not in written.html


def test_marks_that_reverse_text_are_left_out() -> None:
    written = thanks("abc\u202ecba", by="Ada\u202egro")

    assert "\u202e" not in written.subject + written.text + written.html


def test_a_name_from_right_to_left_leaves_the_sentence_in_order() -> None:
    written = thanks("Danke", by="عائشة")

    assert "<strong" in written.html
    assert "<bdi>عائشة</bdi></strong> wrote to you" in written.html


def test_of_every_email_it_is_known_for_how_long_it_is_kept() -> None:
    assert {preview().about.PREFIX for preview in PREVIEWS.values()} <= FORGOTTEN


def test_previews_are_written_for_every_email_and_language(tmp_path: Path) -> None:
    files = write(tmp_path / "previews")

    assert len(files) == 2 * len(PREVIEWS) * (1 + len(languages())) + 1
    assert all(it.read_text() for it in files)


def test_the_index_of_the_previews_shows_every_email_wide_and_narrow(tmp_path: Path) -> None:
    *files, index = write(tmp_path)

    html = index.read_text()
    shown = len(files) // 2
    assert "<title>Mentor Match · E-mails</title>" in html
    assert html.count('<iframe title="640') == html.count('<iframe title="375') == shown
    assert {it.name for it in files} <= set(Page(html).links)
