"""What the HTML of an e-mail is made of."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """Its tags, links and words, and whatever it would load; fails on tags that are not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.language: tuple[str | None, str | None] = (None, None)
        self._words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    @property
    def words(self) -> str:
        """What one reads, on one line."""
        return " ".join("".join(self._words).split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self.tags.append(tag)
        if tag == "html":
            self.language = (values.get("lang"), values.get("dir"))
        if tag == "a":
            self.links.append(values["href"] or "")
        if tag == "br":
            self._words.append("\n")
        self.loaded += [str(values[it]) for it in ("src", "background", "srcset") if it in values]
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "head" not in self._open:
            self._words.append(data)
