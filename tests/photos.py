"""Pictures as members have them."""

from io import BytesIO
from typing import Any

from PIL import Image

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)


def a_photo(
    format: str = "JPEG",
    size: tuple[int, int] = (640, 480),
    mode: str = "RGB",
    color: Any = RED,
    **options: Any,
) -> bytes:
    """A picture of one color as a file."""
    return saved(Image.new(mode, size, color), format, **options)


def saved(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def is_about(image: Image.Image, place: tuple[int, int], color: tuple[int, ...]) -> bool:
    """Whether there is this color there, as far as JPEG tells colors apart."""
    found = image.getpixel(place)
    assert isinstance(found, tuple)
    return all(abs(a - b) < 12 for a, b in zip(found, color, strict=True))
