"""What we make of an upload: a picture of our own in each size, and of the upload nothing but what it shows."""

from contextlib import suppress
from functools import cache
from io import BytesIO

from anyio import CapacityLimiter, to_thread
from PIL import Image, ImageCms, ImageOps

from models.picture.size import PictureSize
from models.refusal import Reason, Refusal

MOST_PIXELS = 25_000_000  # what phones take; a WebP of as many needs 400 MB for a moment
MOST_SCANS = 50  # of a JPEG; cameras write one, and programs for the web about ten
MOST_READS = 5_000  # of a file; a PNG of 5 MB, in the pieces that programs make, takes 1,800
QUALITY = 85  # of a JPEG, beyond which only its size grows
# Told by the bytes of a file, whatever its sender calls it.
_FORMATS = ("JPEG", "PNG", "WEBP")

# We look at the size ourselves, before anything is decoded; Pillow would only warn about some.
Image.MAX_IMAGE_PIXELS = None


@cache
def _at_once() -> CapacityLimiter:
    return CapacityLimiter(1)  # so that the memory for one is enough, however many are sent


async def rendered(upload: bytes) -> dict[PictureSize, bytes]:
    """The middle of a picture as JPEG in each size. Of several pictures in one file the first counts.

    Refuses INVALID for what is no picture, OUT_OF_RANGE for one of too many pixels.
    """
    return await to_thread.run_sync(_render, upload, limiter=_at_once())


def _render(upload: bytes) -> dict[PictureSize, bytes]:
    try:
        with Image.open(_Pieces(upload), formats=_FORMATS) as image:
            _refuse_bomb(image, upload)
            square = _square(image)
        return {it: _as_jpeg(square, it.pixels) for it in PictureSize}
    except Refusal:
        raise
    except Exception:  # Pillow has dozens of kinds for what can be wrong with a file
        raise Refusal(
            Reason.INVALID, "This is no JPEG, PNG or WebP picture, or it is damaged."
        ) from None


class _Pieces(BytesIO):
    """A file that ends the patience with one of too many pieces: for some, Pillow copies all before it."""

    _reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads += 1
        if self._reads > MOST_READS:
            raise Refusal(Reason.OUT_OF_RANGE, "This file is in more pieces than a picture has.")
        return super().read(size)


def _refuse_bomb(image: Image.Image, upload: bytes) -> None:
    """Files can be small and take all memory, or minutes: as a great plain area, or in many layers."""
    if image.width * image.height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise Refusal(Reason.OUT_OF_RANGE, f"A picture has at most {most} million pixels.")
    # Each of these begins so, and within their data these two bytes cannot follow each other.
    is_jpeg = image.format in ("JPEG", "MPO")  # the second is what some phones make of the first
    if is_jpeg and upload.count(b"\xff\xda") > MOST_SCANS:
        raise Refusal(Reason.OUT_OF_RANGE, f"A JPEG has at most {MOST_SCANS} scans.")


def _square(image: Image.Image) -> Image.Image:
    edge = PictureSize.LARGE.pixels
    image.draft(None, (edge, edge))  # a JPEG need not be decoded in more detail than is wanted
    middle = ImageOps.fit(_resizable(image), (edge, edge), Image.Resampling.LANCZOS)
    return _on_white(_in_srgb(ImageOps.exif_transpose(middle)))


def _resizable(image: Image.Image) -> Image.Image:
    """In a mode in which there is something between two neighboring colors."""
    if image.mode == "I;16":
        # Gray in 16 bits: to convert it would make white of all that is beyond eight.
        return image.point(lambda it: it / 256).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    """In the colors that are meant where a file does not say: ours will not."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    # A profile that is damaged, or of another kind of picture, leaves the colors as they are.
    with suppress(ImageCms.PyCMSError):
        if profile:
            converted = ImageCms.profileToProfile(
                image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode
            )
            return converted or image
    return image


def _on_white(image: Image.Image) -> Image.Image:
    """On a canvas of our own: what a file says besides, such as where it was taken, does not come along."""
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image if image.mode == "RGBA" else None)
    return canvas


def _as_jpeg(square: Image.Image, edge: int) -> bytes:
    file = BytesIO()
    smaller = square.resize((edge, edge), Image.Resampling.LANCZOS)
    smaller.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
