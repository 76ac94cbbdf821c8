"""Every language says everything that the templates say."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from mailers import plain, rich
from mailers.catalogs import FOLDER, SOURCE, catalog
from mailers.rendering import environment
from models.email_language import OFFERED
from tests.mailers.catalogs import languages, read, updated

PLACEHOLDER = re.compile(r"%\(\w+\)s|%")

every_language = pytest.mark.parametrize("language", languages())


def sentences(language: str) -> Iterator[Message]:
    return (it for it in read(language) if it.id)


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_language_on_offer_has_a_catalog_and_the_other_way_round() -> None:
    assert set(OFFERED) == {SOURCE, *languages()}


@every_language
def test_a_catalog_has_the_sentences_of_the_templates_and_no_others(language: str) -> None:
    written = (FOLDER / f"{language}.po").read_text(encoding="utf-8")

    assert written == updated(language), "make catalogs brings it up to date"


@every_language
def test_every_sentence_is_translated(language: str) -> None:
    missing = [it.id for it in sentences(language) if not all(forms(it))]

    assert missing == []


@every_language
def test_no_translation_is_a_guess(language: str) -> None:
    assert [it.id for it in sentences(language) if it.fuzzy] == []


@every_language
def test_a_sentence_has_a_form_for_every_number(language: str) -> None:
    wanted = read(language).num_plurals

    assert all(len(forms(it)) == wanted for it in sentences(language) if it.pluralizable)


@every_language
def test_translations_name_what_the_sentence_names(language: str) -> None:
    differ = [it.id for it in sentences(language) if not names_the_same(it)]

    assert differ == []


@every_language
@pytest.mark.parametrize("number", [0, 1, 2, 5, 11, 21, 100])
def test_every_number_has_words_in_every_language(language: str, number: int) -> None:
    for sentence in sentences(language):
        if sentence.pluralizable:
            said = catalog(language).ngettext(*sentence.id, number)

            assert said in sentence.string


def names_the_same(message: Message) -> bool:
    # Of several forms the last is for many: the one for a single thing need not name the number.
    said = message.id if isinstance(message.id, str) else message.id[-1]
    one_of = set(PLACEHOLDER.findall(said))
    *others, last = [PLACEHOLDER.findall(it) for it in forms(message)]
    return sorted(PLACEHOLDER.findall(said)) == sorted(last) and all(
        set(it) <= one_of for it in others
    )


@pytest.mark.parametrize("body", [plain, rich])
@pytest.mark.parametrize(("count", "said"), [(1, "One request"), (2, "2 requests")])
def test_numbers_choose_the_form(body: object, count: int, said: str) -> None:
    template = "{% trans n=n %}One request{% pluralize %}{{ n }} requests{% endtrans %}"

    written = environment(body, "en").from_string(template).render(n=count)

    assert re.sub(r"</?bdi>", "", written) == said


def test_what_is_not_in_a_catalog_stays_english() -> None:
    assert catalog("de").gettext("Never said before.") == "Never said before."
