"""What somebody filled in: a form over HTTP, in either of the two ways in which it is sent."""

import re
from urllib.parse import parse_qsl

from starlette.requests import Request

from schema.body import Unacceptable, body_of

MOST_BYTES = 100_000  # of a form: 4,000 characters take up to twelve bytes each
MOST_FIELDS = 10

_BOUNDARY = re.compile(r';\s*boundary="?([^";,\s]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'[;\s]name="?([^";\r\n]+)"?', re.IGNORECASE)

Form = dict[str, str]


async def form_of(request: Request) -> Form:
    """The fields of the form, each with its first value. Raises Unacceptable."""
    body = await body_of(request, most=MOST_BYTES)
    kind = request.headers.get("content-type", "")
    media = kind.partition(";")[0].strip().lower()
    try:
        if media == "application/x-www-form-urlencoded":
            return _encoded(body)
        if media == "multipart/form-data":
            return _in_parts(kind, body)
    except ValueError:
        raise Unacceptable(400, "This is not how a form is sent.") from None
    raise Unacceptable(415, "This is not how a form is sent.")


def _encoded(body: bytes) -> Form:
    fields = parse_qsl(
        body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
    )
    return dict(reversed(fields))


def _in_parts(kind: str, body: bytes) -> Form:
    # Python's parser is one for e-mails: it goes into parts of parts, and takes minutes for a header of
    # 100,000 semicolons. Forms have neither.
    boundary = _BOUNDARY.search(kind)
    if boundary is None:
        raise ValueError("it does not say what stands between its parts")
    between = b"\r\n--" + boundary[1].encode("latin-1")
    _, *parts, end = (b"\r\n" + body).split(between, MOST_FIELDS + 1)
    if not (parts and end.startswith(b"--")):
        raise ValueError("it has no parts, or too many, or no end")
    return dict(reversed([_field(it) for it in parts]))


def _field(part: bytes) -> tuple[str, str]:
    head, found, content = part.partition(b"\r\n\r\n")
    name = _NAME.search(head)
    if not (found and name):
        raise ValueError("a part without a name or a value")
    return name[1].decode(), content.decode()
