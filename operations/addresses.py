"""The addresses at which those who run the program look at it."""

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from operations.health import Health
from operations.metrics import Metrics

_HEADERS = {"Cache-Control": "no-store"}


def health_routes(health: Health) -> list[Route]:
    """`/livez`: the process answers, which is all it says. `/readyz`: it can do its work, or 503."""

    async def live(_: Request) -> Response:
        return PlainTextResponse("alive\n", headers=_HEADERS)

    async def ready(_: Request) -> Response:
        outcomes = await health.outcomes()
        is_ready = all(it.is_good for it in outcomes.values())
        content = {
            "status": "ready" if is_ready else "not ready",
            "checks": {
                name: {"ok": it.is_good, "detail": it.words} for name, it in outcomes.items()
            },
        }
        return JSONResponse(content, 200 if is_ready else 503, _HEADERS)

    return [Route("/livez", live), Route("/readyz", ready)]


def metrics_routes(metrics: Metrics) -> list[Route]:
    """`/metrics`, for Prometheus."""

    async def numbers(_: Request) -> Response:
        return Response(await metrics.text(), headers=_HEADERS, media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", numbers)]
