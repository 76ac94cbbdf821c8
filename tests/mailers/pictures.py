"""What e-mails look like on a desk and on a phone, by day and by night."""

import base64
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.browser import Browser, a_browser

WIDTHS = {"wide": 900, "narrow": 375}  # pixels
SCHEMES = ("light", "dark")


def can_take_pictures() -> bool:
    """Whether there is a browser."""
    return shutil.which("chromedriver") is not None


async def take(pages: Iterable[Path], *, scale: int = 1) -> list[Path]:
    """A picture of each page in each width and scheme, beside it. Gives the files."""
    with tempfile.TemporaryDirectory() as home:
        async with a_browser(Path(home)) as browser:
            return [
                await _picture(browser, page, name, scheme, scale)
                for page in pages
                for name in WIDTHS
                for scheme in SCHEMES
            ]


def _address(page: Path) -> str:
    return page.resolve().as_uri()


async def _picture(browser: Browser, page: Path, name: str, scheme: str, scale: int) -> Path:
    feature = {"name": "prefers-color-scheme", "value": scheme}
    await browser.devtools("Emulation.setEmulatedMedia", features=[feature])
    # No higher than a phone, so that what is higher shows its whole height.
    screen = {"width": WIDTHS[name], "height": 600, "deviceScaleFactor": scale, "mobile": False}
    await browser.devtools("Emulation.setDeviceMetricsOverride", **screen)
    await browser.devtools("Emulation.setScrollbarsHidden", hidden=True)
    await browser.open(_address(page))
    shot = await browser.devtools("Page.captureScreenshot", captureBeyondViewport=True)
    file = page.with_name(f"{page.stem}.{name}.{scheme}.png")
    file.write_bytes(base64.b64decode(shot["data"]))
    return file
