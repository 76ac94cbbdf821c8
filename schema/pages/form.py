"""What somebody filled in: a form over HTTP, in either of the two ways in which it is sent."""

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from starlette.requests import Request

from schema.body import Unacceptable, body_of

MOST_BYTES = 100_000  # of a form: 4,000 characters take up to twelve bytes each
MOST_FIELDS = 10

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
    head = b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n"
    whole = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = whole.get_payload()
    if not isinstance(parts, list) or len(parts) > MOST_FIELDS:
        raise ValueError("it has no parts, or too many")
    return dict(reversed([_field(it) for it in parts if isinstance(it, Message)]))


def _field(part: Message) -> tuple[str, str]:
    name = part.get_param("name", header="content-disposition")
    content = part.get_payload(decode=True)
    if not isinstance(name, str) or not isinstance(content, bytes):
        raise ValueError("a part without a name or a value")
    return name, content.decode()
