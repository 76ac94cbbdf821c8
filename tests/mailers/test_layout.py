"""How the bodies of an e-mail are laid out."""

from types import ModuleType

from mailers import plain, rich
from mailers.rendering import environment

BODY = """
{% trans %}Three things:{% endtrans %}

{{ one | item }}
{% filter item %}
{% trans %}Two
and a half{% endtrans %}
{% endfilter %}
{{ said | quoted }}
"""
SAID = "One.\n\nAnd another."


def body_of(kind: ModuleType, **facts: str) -> str:
    template = "{% filter paragraphs %}" + BODY + "{% endfilter %}"
    return environment(kind, "en").from_string(template).render(facts)


def test_lines_of_a_list_and_of_a_quotation_stay_together() -> None:
    text = plain.finished(body_of(plain, one="One & only", said=SAID))

    assert text == (
        "Three things:\n\n- One & only\n- Two and a half\n\n> One.\n>\n> And another.\n"
    )


def test_lists_and_quotations_are_marked_up() -> None:
    html = body_of(rich, one="One & only", said=SAID)

    assert html.splitlines() == [
        "<p>Three things:</p>",
        "<ul><li>One &amp; only</li> <li>Two and a half</li></ul>",
        '<blockquote dir="auto">One.<br><br>And another.</blockquote>',
    ]


def test_long_lines_of_a_list_are_indented() -> None:
    text = plain.finished(body_of(plain, one="many " * 20, said=SAID))

    assert "\n- many many" in text
    assert "\n  many many" in text


def test_what_only_looks_like_a_quotation_is_none() -> None:
    text = plain.finished(plain.paragraphs("> not quoted\n" + plain.quoted("quoted")))

    assert text == "> not quoted\n\n> quoted\n"
