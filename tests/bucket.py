"""A server that speaks as much of S3 as pictures need."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from socket import create_server

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclass
class Bucket:
    """The files of a bucket called `pics`, by key. `missing` is how it says that one is not there."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    missing: int = 404

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead there."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }

    async def file(self, request: Request) -> Response:
        assert "Credential=key/" in request.headers["authorization"]
        key = request.path_params["key"]
        if request.method == "PUT":
            self.files[key] = await request.body()
            return Response(headers={"ETag": '"it"'})
        if key not in self.files:
            return Response("<Error/>", self.missing)
        headers = {"ETag": '"it"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        return Response(self.files[key], headers=headers)

    async def removal(self, request: Request) -> Response:
        assert "delete" in request.query_params
        keys = re.findall(r"<Key>(.*?)</Key>", (await request.body()).decode())
        for key in keys:
            self.files.pop(key, None)
        deleted = "".join(f"<Deleted><Key>{it}</Key></Deleted>" for it in keys)
        return Response(f"<DeleteResult>{deleted}</DeleteResult>")


@asynccontextmanager
async def listening(bucket: Bucket) -> AsyncIterator[Bucket]:
    """The bucket, as long as it is needed."""
    app = Starlette(
        routes=[
            Route("/pics", bucket.removal, methods=["POST"]),
            Route("/pics/{key:path}", bucket.file, methods=["GET", "PUT"]),
        ]
    )
    with create_server(("127.0.0.1", 0)) as socket:
        bucket.port = socket.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve([socket]))
        yield bucket
        server.should_exit = True
        await serving
