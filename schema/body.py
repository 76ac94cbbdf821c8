"""The body of a request over HTTP, read no further than it may be long."""

import asyncio

from starlette.requests import ClientDisconnect, Request

PATIENCE = 30.0  # seconds for a body to arrive; who opens many and sends little shall not keep them

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


async def body_of(request: Request, *, most: int, patience: float = PATIENCE) -> bytes:
    """The body, of at most so many bytes, once it is there, within so many seconds. Raises Unacceptable."""
    _refuse_more(_length(request), most)
    try:
        async with asyncio.timeout(patience):
            return await _read(request, most)
    except TimeoutError:
        message = f"A body has to arrive within {patience:g} seconds."
        raise Unacceptable(408, message, {"Connection": "close"}) from None
    except ClientDisconnect:
        raise Unacceptable(400, "The body ended before its time.") from None


def _length(request: Request) -> int:
    # Digits, or there is no request; with zeros before them they can be more than Python reads.
    return int(request.headers.get("content-length", "").lstrip("0") or 0)


async def _read(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _refuse_more(len(body), most)
    return bytes(body)


def _refuse_more(size: int, most: int) -> None:
    if size > most:
        # What is not read would be taken for the next request.
        raise Unacceptable(413, f"A body has at most {most} bytes.", {"Connection": "close"})
