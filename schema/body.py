"""The body of a request over HTTP, read no further than it may be long."""

from starlette.requests import ClientDisconnect, Request

_CODES = {
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    429: "RATE_LIMITED",
    503: "INTERNAL_SERVER_ERROR",
}


class Unacceptable(Exception):
    """A request that we do not take as it is; `status` is that of the answer."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: dict[str, str] | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}
        self.code = code or _CODES.get(status, "BAD_USER_INPUT")


async def body_of(request: Request, *, most: int) -> bytes:
    """The body, of at most so many bytes. Raises Unacceptable."""
    body = bytearray()
    # A number, or there is no request.
    _refuse_more(int(request.headers.get("content-length") or 0), most)
    try:
        async for chunk in request.stream():
            body += chunk
            _refuse_more(len(body), most)
    except ClientDisconnect:
        raise Unacceptable(400, "The body ended before its time.") from None
    return bytes(body)


def _refuse_more(size: int, most: int) -> None:
    if size > most:
        # What is not read would be taken for the next request.
        raise Unacceptable(413, f"A body has at most {most} bytes.", {"Connection": "close"})
