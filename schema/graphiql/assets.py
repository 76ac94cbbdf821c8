"""The files that the page is made of: our own, and those of the package that brings GraphiQL."""

from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

_OURS = ("page.css", "page.js")
_THEIRS = (
    "graphiql.min.css",
    "graphiql.min.js",
    "react-dom.production.min.js",
    "react.production.min.js",
)
# As the standards have it; what the machine's own table says of scripts differs from one to the next.
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}


@dataclass(frozen=True)
class Asset:
    """One file, as it is for as long as this process runs."""

    name: str
    content: bytes

    @cached_property
    def version(self) -> str:
        """Differs wherever the content does."""
        return sha256(self.content).hexdigest()[:16]

    @property
    def media_type(self) -> str:
        """As browsers insist on it: they run and apply nothing that is declared to be something else."""
        return _MEDIA_TYPES[Path(self.name).suffix]


@cache
def assets() -> dict[str, Asset]:
    """By name; these files are served, and no others."""
    ours, theirs = Path(__file__).parent / "page", _package()
    files = [*(ours / it for it in _OURS), *(theirs / it for it in _THEIRS)]
    return {it.name: Asset(it.name, it.read_bytes()) for it in files}


def _package() -> Path:
    # Found but never imported: its modules need Django.
    name = "graphene_django_graphiql_static"
    package = distribution("graphene-django-graphiql-static")
    return Path(str(package.locate_file(f"{name}/static/{name}")))
