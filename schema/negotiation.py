"""Which form of answer a client prefers (RFC 9110, section 12.5.1)."""

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
EVENTS = "text/event-stream"

_RANGES = {
    **{it: it for it in (RESPONSE, JSON, HTML, EVENTS)},
    "*/*": JSON,
    "application/*": JSON,
}


def preferred(accept: str) -> str | None:
    """The media type to answer with: the best by quality, then by order; None if we have none of them.

    A client that does not say gets `application/json`.
    """
    if not accept.strip():
        return JSON
    offers = [_offer(part) for part in accept.split(",")]
    known = [(quality, _RANGES[media]) for media, quality in offers if media in _RANGES and quality]
    return max(known, key=lambda it: it[0])[1] if known else None


def _offer(part: str) -> tuple[str, float]:
    media, *parameters = (it.strip().lower() for it in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            return media, _quality(parameter.removeprefix("q="))
    return media, 1.0


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
