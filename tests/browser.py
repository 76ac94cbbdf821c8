"""A real browser, driven by WebDriver (www.w3.org/TR/webdriver), which is JSON over HTTP."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_port

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # what the standard calls a reference to one
_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1300,820",
]


class Browser:
    """One window."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def open(self, address: str) -> None:
        await self._post("url", url=address)

    async def reload(self) -> None:
        await self._post("refresh")

    async def address(self) -> str:
        return str(await self._get("url"))

    async def resize(self, width: int, height: int) -> None:
        """Make the window this large, in pixels."""
        await self._post("window/rect", width=width, height=height)

    async def click(self, selector: str) -> None:
        await self._post(f"element/{await self._find(selector)}/click")

    async def type(self, selector: str, text: str) -> None:
        await self._post(f"element/{await self._find(selector)}/value", text=text)

    async def text(self, selector: str) -> str:
        return str(await self._get(f"element/{await self._find(selector)}/text"))

    async def width(self, selector: str) -> float:
        """In pixels."""
        rectangle = await self._get(f"element/{await self._find(selector)}/rect")
        return float(rectangle["width"])

    async def shows(self, text: str) -> None:
        """Wait until a text is on the page."""
        await self._post("element", using="xpath", value=f"//*[contains(., '{text}')]")

    async def devtools(self, command: str, **parameters: Any) -> Any:
        """What only this kind of browser can do, by the name it has in its DevTools."""
        return await self._post("goog/cdp/execute", cmd=command, params=parameters)

    async def close(self) -> None:
        """End the session, and with it the browser."""
        answer = await self.http.delete(str(self.http.base_url).rstrip("/"))
        assert answer.status_code == 200, answer.text

    async def complaints(self) -> list[str]:
        """What the page left in the console: what was blocked, what failed."""
        answer = await self._post("se/log", type="browser")
        return [it["message"] for it in answer]

    async def _find(self, selector: str) -> str:
        found = await self._post("element", using="css selector", value=selector)
        return str(found[_ELEMENT])

    async def _get(self, command: str) -> Any:
        return _value(await self.http.get(command), command)

    async def _post(self, command: str, **parameters: Any) -> Any:
        return _value(await self.http.post(command, json=parameters), f"{command} {parameters}")


def _value(answer: httpx.Response, asked: str) -> Any:
    value = answer.json()["value"]
    assert answer.status_code == 200, f"{asked}: {value}"
    return value


@asynccontextmanager
async def a_browser(folder: Path, *, runs_scripts: bool = True) -> AsyncIterator[Browser]:
    """A new browser that knows nobody. Skips the test where there is none."""
    driver = shutil.which("chromedriver")
    if driver is None:
        _browser_is_missing()
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(driver, f"--port={port}", "--silent"), env={**os.environ, "HOME": str(folder)}
    )
    # Tries again until the driver listens.
    patient = httpx.AsyncHTTPTransport(retries=8)
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=address, timeout=60, transport=patient) as http:
            browser = await _window(http, folder, runs_scripts)
            try:
                yield browser
            finally:
                await browser.close()  # else the browser outlives its driver
    finally:
        process.terminate()
        await process.wait()


async def _window(http: httpx.AsyncClient, folder: Path, runs_scripts: bool) -> Browser:
    options = {
        "args": [*_OPTIONS, f"--user-data-dir={folder / 'profile'}"],
        "prefs": {"profile.managed_default_content_settings.javascript": 1 if runs_scripts else 2},
    }
    wanted = {
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL"},
        "timeouts": {"implicit": 10_000},  # milliseconds to wait for what is looked for
    }
    answer = await http.post("/session", json={"capabilities": {"alwaysMatch": wanted}})
    assert answer.status_code == 200, answer.text
    http.base_url = http.base_url.join(f"/session/{answer.json()['value']['sessionId']}/")
    return Browser(http)


def _browser_is_missing() -> None:
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail("A browser is required here, but there is no chromedriver.", pytrace=False)
    pytest.skip("no browser: chromedriver (Debian: chromium-driver) is not installed")
