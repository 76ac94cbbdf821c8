"""What is made of an upload, and what is not taken for a picture."""

import random
import struct
import tracemalloc
import zlib
from contextlib import suppress
from time import process_time

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from models import PictureSize, Reason, Refusal
from models.picture import rendered
from models.picture.renditions import MOST_SCANS
from tests.photos import BLUE, GREEN, RED, a_photo, is_about, opened, saved

LARGE, SMALL = PictureSize.LARGE, PictureSize.SMALL
ORIENTATION, GPS, CAMERA = 0x0112, 0x8825, 0x0110


async def seen(upload: bytes, size: PictureSize = LARGE) -> Image.Image:
    return opened((await rendered(upload))[size])


async def refusal_of(upload: bytes) -> Reason:
    with pytest.raises(Refusal) as no:
        await rendered(upload)
    return no.value.reason


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (20, 20), (3000, 1)])
async def test_every_picture_becomes_two_square_jpegs(format: str, size: tuple[int, int]) -> None:
    made = await rendered(a_photo(format, size))

    shown = {it: opened(content) for it, content in made.items()}
    assert {it: image.size for it, image in shown.items()} == {LARGE: (512, 512), SMALL: (96, 96)}
    assert {image.format for image in shown.values()} == {"JPEG"}
    assert is_about(shown[LARGE], (256, 256), RED)


@pytest.mark.parametrize(
    ("mode", "color"),
    [("L", 128), ("1", 1), ("CMYK", (0, 0, 0, 0)), ("YCbCr", (128, 128, 128))],
)
async def test_a_jpeg_may_keep_its_colors_in_several_ways(mode: str, color: object) -> None:
    assert (await seen(a_photo("JPEG", mode=mode, color=color))).mode == "RGB"


@pytest.mark.parametrize(
    "image",
    [
        Image.new("P", (600, 600)),
        Image.new("1", (600, 600)),
        Image.new("I;16", (600, 600), 40_000),
        Image.new("LA", (600, 600), (90, 200)),
    ],
    ids=lambda it: it.mode,
)
async def test_a_png_may_keep_its_colors_in_several_ways(image: Image.Image) -> None:
    assert (await seen(saved(image, "PNG"))).mode == "RGB"


async def test_gray_in_sixteen_bits_stays_gray() -> None:
    shown = await seen(saved(Image.new("I;16", (600, 600), 128 * 256), "PNG"))

    assert is_about(shown, (256, 256), (128, 128, 128))


async def test_the_middle_is_kept() -> None:
    wide = Image.new("RGB", (1500, 500), GREEN)
    wide.paste(RED, (500, 0, 1000, 500))

    shown = await seen(saved(wide, "PNG"))

    assert all(is_about(shown, it, RED) for it in [(5, 5), (256, 256), (506, 506)])


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
async def test_it_stands_upright_however_the_camera_was_held(format: str) -> None:
    lying = Image.new("RGB", (600, 600), RED)
    lying.paste(BLUE, (0, 0, 300, 600))
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned by a quarter, clockwise

    shown = await seen(saved(lying, format, exif=exif))

    assert is_about(shown, (256, 50), BLUE)
    assert is_about(shown, (256, 460), RED)


async def test_nothing_tells_where_and_with_what_it_was_taken() -> None:
    exif = Image.Exif()
    exif[CAMERA] = "Secret Camera"
    exif.get_ifd(GPS)[1] = "N"
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Secret Author")
    uploads = [
        a_photo("JPEG", exif=exif, comment=b"Secret Comment", xmp=b"<x>Secret Packet</x>"),
        a_photo("PNG", exif=exif, pnginfo=text),
        a_photo("WEBP", exif=exif, xmp=b"<x>Secret Packet</x>"),
    ]

    for upload in uploads:
        assert b"Secret" in upload
        for content in (await rendered(upload)).values():
            assert b"Secret" not in content
            assert not opened(content).getexif()
            assert opened(content).info.keys() <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
            }


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
async def test_what_is_transparent_becomes_white(format: str) -> None:
    shown = await seen(a_photo(format, mode="RGBA", color=(0, 0, 0, 0), lossless=True))

    assert is_about(shown, (256, 256), (255, 255, 255))


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
async def test_of_an_animation_the_first_picture_counts(format: str) -> None:
    first, second = (Image.new("RGB", (600, 600), it) for it in (RED, GREEN))

    shown = await seen(saved(first, format, save_all=True, append_images=[second]))

    assert is_about(shown, (256, 256), RED)


async def test_a_photo_of_a_phone_with_several_in_its_file_is_a_jpeg() -> None:
    first, second = (Image.new("RGB", (600, 600), it) for it in (RED, GREEN))
    upload = saved(first, "MPO", save_all=True, append_images=[second])

    assert opened(upload).format == "MPO"
    assert is_about(await seen(upload), (256, 256), RED)


async def test_colors_that_a_profile_describes_are_converted() -> None:
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_is_green = (
        usual.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    )

    for format in ("JPEG", "PNG", "WEBP"):
        shown = await seen(a_photo(format, color=(200, 30, 30), icc_profile=red_is_green))

        assert is_about(shown, (256, 256), (30, 200, 30))


async def test_a_profile_that_is_damaged_does_no_harm() -> None:
    shown = await seen(a_photo("PNG", icc_profile=b"no profile"))

    assert is_about(shown, (256, 256), RED)


@pytest.mark.parametrize(
    ("_case", "upload"),
    [
        ("nothing", b""),
        ("text", b"Hello"),
        ("a drawing", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("a page", b"<!doctype html><script>alert(1)</script>"),
        ("a GIF", a_photo("GIF")),
        ("a BMP", a_photo("BMP")),
        ("a TIFF", a_photo("TIFF")),
        ("a PDF", a_photo("PDF")),
        ("PostScript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ("the beginning of a JPEG", a_photo("JPEG")[:3]),
        ("half a JPEG", a_photo("JPEG")[:-900]),
        ("half a PNG", a_photo("PNG")[:-900]),
        ("half a WebP", a_photo("WEBP")[:-60]),
    ],
)
async def test_what_is_no_picture_is_refused(_case: str, upload: bytes) -> None:
    assert await refusal_of(upload) is Reason.INVALID


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
async def test_a_damaged_picture_is_refused_or_shown_and_no_crash(format: str) -> None:
    whole, dice = a_photo(format, exif=Image.Exif()), random.Random(7)

    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(4):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        with suppress(Refusal):
            assert (await rendered(bytes(damaged))).keys() == {LARGE, SMALL}


def a_png_that_says(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [header, b"IDAT" + zlib.compress(b"\0" * 1000), b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(it) - 4) + it + struct.pack(">I", zlib.crc32(it)) for it in chunks
    )


def a_webp_that_says(width: int, height: int) -> bytes:
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    original = a_photo("WEBP", exif=Image.Exif(), lossless=True, mode="RGBA", color=(1, 2, 3, 4))
    assert original[12:16] == b"VP8X"
    return original[:24] + sizes + original[30:]


@pytest.mark.parametrize(
    "bomb",
    [
        a_png_that_says(5_001, 5_000),
        a_png_that_says(60_000, 60_000),
        a_png_that_says(2**31 - 1, 2**31 - 1),
        a_photo("JPEG", (5_001, 5_000)),
    ],
    ids=len,
)
async def test_a_picture_of_too_many_pixels_is_refused_before_it_takes_memory(bomb: bytes) -> None:
    tracemalloc.start()

    reason = await refusal_of(bomb)

    assert reason is Reason.OUT_OF_RANGE
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


async def test_a_webp_that_lies_about_its_size_is_refused() -> None:
    assert await refusal_of(a_webp_that_says(16_000, 16_000)) in (
        Reason.INVALID,
        Reason.OUT_OF_RANGE,
    )


def a_chunk(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


@pytest.mark.parametrize(
    ("format", "begins", "piece"),
    [
        # Pillow puts these together, and copied what it had so far for each: 19 s for the whole.
        ("JPEG", 2, b"\xff\xe1\x00\x12Exif\x00\x00" + b"a" * 10),
        ("JPEG", 2, b"\xff"),
        ("PNG", 33, a_chunk(b"prVt", b"")),
    ],
)
async def test_a_file_in_more_pieces_than_a_picture_has_is_refused(
    format: str, begins: int, piece: bytes
) -> None:
    photo = a_photo(format)
    pieces = piece * (4_900_000 // len(piece))

    reason = await refusal_of(photo[:begins] + pieces + photo[begins:])

    assert reason is Reason.OUT_OF_RANGE


async def test_a_png_may_be_in_as_many_pieces_as_programs_make() -> None:
    header = struct.pack(">IIBBBBB", 1_250, 1_250, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + random.Random(1).randbytes(3 * 1_250) for _ in range(1_250))
    data = zlib.compress(rows, 1)
    chunks = [a_chunk(b"IDAT", data[it : it + 8192]) for it in range(0, len(data), 8192)]
    start, end = b"\x89PNG\r\n\x1a\n" + a_chunk(b"IHDR", header), a_chunk(b"IEND", b"")

    shown = await seen(start + b"".join(chunks) + end)

    assert shown.size == (512, 512)


async def test_a_jpeg_in_more_layers_than_cameras_write_is_refused_at_once() -> None:
    photo = a_photo("JPEG", (4_000, 4_000), progressive=True)
    last = photo.rindex(b"\xff\xda")
    upload = photo[:last] + photo[last:-2] * 2 * MOST_SCANS + photo[-2:]
    begun = process_time()

    reason = await refusal_of(upload)

    assert reason is Reason.OUT_OF_RANGE
    assert process_time() - begun < 0.5
