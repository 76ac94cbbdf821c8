"""Documents that clients name by their hash instead of sending them each time."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Self

import orjson

from schema.body import Unacceptable
from schema.parameters import Parameters
from settings import Settings, WrongSetting

# Of those that clients register: kept by each process for itself, the longest unused go first.
MOST = 1_000  # documents; the clients of a program have some dozens
MOST_BYTES = 5_000_000  # of all together

_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"


class Documents:
    """Those that the operator has listed, and those that clients have registered."""

    def __init__(self, listed: Mapping[str, str] | None = None, *, is_closed: bool = False) -> None:
        self._listed = listed or {}
        self._names = {it: _name_of(it) for it in self._listed.values()}
        self._is_closed = is_closed
        self._registered = OrderedDict[str, str]()
        self._bytes = 0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those that the settings name. Raises WrongSetting."""
        file, is_closed = settings.persisted_documents, settings.only_persisted_documents
        if is_closed and not file:
            raise WrongSetting(
                "ONLY_PERSISTED_DOCUMENTS", "without PERSISTED_DOCUMENTS nothing would be executed"
            )
        return cls(_listed_in(file) if file else {}, is_closed=is_closed)

    def meant_by(self, asked: Parameters) -> str:
        """The document that a request sends, or names. Raises Unacceptable."""
        if asked.query is not None:
            self._check(asked.query, asked.hash)
            return asked.query
        name = asked.hash or asked.document_id or ""
        document = self._known(name.removeprefix("sha256:")) or self._listed.get(name)
        if document is None:
            raise _unknown(asked)
        return document

    def name_of(self, document: str) -> str:
        """What the operator calls one that is listed; others are called alike, however many there are."""
        return self._names.get(document, "")

    def register(self, asked: Parameters) -> None:
        """Keep a document that came with its hash, and could be executed."""
        if asked.query is None or asked.hash is None or asked.hash in self._listed:
            return
        self._bytes += _size(asked.query) - _size(self._registered.pop(asked.hash, ""))
        self._registered[asked.hash] = asked.query
        while len(self._registered) > MOST or self._bytes > MOST_BYTES:
            _, oldest = self._registered.popitem(last=False)
            self._bytes -= _size(oldest)

    def _check(self, query: str, hash: str | None) -> None:
        if self._is_closed and query not in self._names:
            raise Unacceptable(403, "Only documents that the operator has listed are executed.")
        if hash and self._listed.get(hash) != query and hash != sha256(query.encode()).hexdigest():
            raise Unacceptable(400, "`sha256Hash` is not the hash of `query`.")

    def _known(self, hash: str) -> str | None:
        if hash in self._registered:
            self._registered.move_to_end(hash)
        return self._listed.get(hash) or self._registered.get(hash)


def _unknown(asked: Parameters) -> Unacceptable:
    if asked.hash:
        # Word and status are those of Apollo's protocol: clients then send the document, too.
        return Unacceptable(200, "PersistedQueryNotFound", code=_NOT_FOUND)
    return Unacceptable(400, "There is no document with this `documentId`.", code=_NOT_FOUND)


def _name_of(document: str) -> str:
    """The name of its first operation, by which its makers know it."""
    found = re.search(r"\b(?:query|mutation|subscription)\s+(\w+)", document)
    return found[1] if found else ""


def _size(document: str) -> int:
    return len(document.encode())


def _listed_in(file: Path) -> dict[str, str]:
    try:
        listed = orjson.loads(file.read_bytes())
    except OSError as trouble:
        why = f"“{file}” cannot be read ({trouble.strerror})"
        raise WrongSetting("PERSISTED_DOCUMENTS", why) from None
    except orjson.JSONDecodeError:
        listed = None
    if not isinstance(listed, dict) or not all(isinstance(it, str) for it in listed.values()):
        why = f"“{file}” is no JSON object of documents by their hash"
        raise WrongSetting("PERSISTED_DOCUMENTS", why)
    return listed
