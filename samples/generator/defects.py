"""What happens to a page between the printer and the file: wear, copying, scanning, photographing."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.generator import fonts

Pixels = NDArray[np.uint8]
# Good enough to be read without effort, and what is not.
OFFICE = ("office", "fine", "light", "digital")
HARD = ("poor", "copy", "worn", "photo")


@dataclass(frozen=True)
class Scanner:
    """How one dossier is scanned. `skew` in degrees, `noise` as a standard deviation of grey levels.

    `marks` are what the pages suffer, each with its probability on a page; `photo`: not scanned but photographed.
    """

    quality: str
    dpi: int
    skew: float
    blur: float
    shade: float
    noise: float
    jpeg: int
    colour: str
    turned: float
    marks: tuple[tuple[str, float], ...] = ()
    photo: bool = False


@dataclass(frozen=True)
class Scan:
    """A page as the device gives it: rows × columns × 3, or rows × columns where grey; and the marks on it."""

    pixels: Pixels
    quality: str
    marks: tuple[str, ...]


def scanner(random: Random, quality: str) -> Scanner:
    """Choose a device: `office`, `fine` (300 dpi) and `light` (small files) are good, those in `HARD` are not."""
    match quality:
        case "light":
            return Scanner(quality, 150, 0.7, 0.35, 0.04, 1.5, 50, "colour", 0.06)
        case "office":
            return Scanner(quality, random.choice((150, 170, 200)), 0.7, 0.35, 0.04, 3, 70, "colour", 0.04)
        case "fine":
            return Scanner(quality, 300, 0.5, 0.5, 0.03, 3, 75, random.choice(("colour", "grey")), 0.04)
        case "copy":
            colour = random.choice(("grey", "grey", "colour", "bitonal"))
            marks = (("faint", 0.0 if colour == "bitonal" else 0.6), ("border", 0.5), ("holes", 0.3), ("specks", 0.5))
            dpi = 200 if colour == "bitonal" else 150
            return Scanner(quality, dpi, 1.5, 0.5, 0.06, 5, 50, colour, 0.1, marks)
        case "worn":
            marks = (
                *(("fold", 0.5), ("stain", 0.35), ("tinted", 0.3), ("watermark", 0.25)),
                *(("shadow", 0.4), ("holes", 0.25), ("moire", 0.15)),
            )
            return Scanner(quality, random.choice((150, 200)), 1.5, 0.4, 0.08, 4, 55, "colour", 0.1, marks)
        case "photo":
            marks = (("fold", 0.3), ("shadow", 0.4), ("moire", 0.1))
            jpeg = random.choice((30, 45, 60))
            return Scanner(quality, 180, 4.0, 0.7, 0.35, 6, jpeg, "colour", 0.35, marks, photo=True)
        case "poor":
            colour = random.choice(("colour", "colour", "grey", "grey", "bitonal"))
            # One bit carries little at few dots: offices scan so at 150 and more.
            dpi = 150 if colour == "bitonal" else random.choice((110, 120, 130, 150))
            blur = 0.3 if colour == "bitonal" else random.uniform(0.4, 0.8)
            return Scanner(quality, dpi, 3.0, blur, 0.2, 7, random.choice((30, 40)), colour, 0.25)
        case _:
            raise ValueError(quality)


def scan(random: Random, pdf: bytes, number: int, by: Scanner) -> Scan:
    """Return a page (counted from 0) as the device gives it."""
    page = pypdfium2.PdfDocument(pdf)[number]
    pixels: Pixels = np.ascontiguousarray(page.render(scale=by.dpi / 72, rev_byteorder=True).to_numpy()[:, :, :3])
    marks = tuple(mark for mark, chance in by.marks if random.random() < chance)
    for mark in marks:
        pixels = _MARKS[mark](random, pixels)
    noise = np.random.default_rng(random.getrandbits(32))
    pixels = _photograph(random, noise, pixels) if by.photo else _skew(pixels, random.uniform(-by.skew, by.skew))
    if by.colour != "colour":
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if by.blur > 0:
        pixels = cv2.GaussianBlur(pixels, (0, 0), by.blur)
    pixels = _shade(random, pixels, by.shade)
    grain = noise.normal(0, by.noise, pixels.shape[:2]).astype(np.float32)
    grain = grain if pixels.ndim == 2 else grain[:, :, None]
    pixels = np.clip(pixels.astype(np.float32) + grain, 0, 255).astype(np.uint8)
    if by.colour == "bitonal":
        # The threshold follows the light, as scanners' own does.
        pixels = cv2.adaptiveThreshold(pixels, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 41, 24)
    if random.random() < by.turned:
        pixels = np.ascontiguousarray(np.rot90(pixels, random.choice((1, 2, 3))))
    return Scan(pixels, by.quality, marks)


def _skew(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))


def _photograph(random: Random, noise: np.random.Generator, pixels: Pixels) -> Pixels:
    """Lay the page on a table and look at it from a little aside."""
    height, width = pixels.shape[:2]
    margin = random.uniform(0.03, 0.09)
    across, down = round(width * (1 + 2 * margin)), round(height * (1 + 2 * margin))
    table = np.array(random.choice(((96, 72, 52), (140, 118, 92), (60, 64, 70), (176, 170, 160))), np.float32)
    grain = cv2.resize(noise.normal(0, 16, (down // 3, 12)).astype(np.float32), (across, down))
    background = np.clip(table + grain[:, :, None], 0, 255).astype(np.uint8)

    def aside(x: float, y: float) -> tuple[float, float]:
        slack = margin * 0.85
        return x + random.uniform(-slack, slack) * width, y + random.uniform(-slack, slack) * height

    left, top = width * margin, height * margin
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.array([aside(*corner) for corner in corners], np.float32))
    page = cv2.warpPerspective(pixels, matrix, (across, down), flags=cv2.INTER_AREA)
    sheet = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (across, down))
    # The sheet throws a little shadow on the table.
    fall = cv2.GaussianBlur(np.roll(sheet, (9, 7), (0, 1)), (0, 0), 9).astype(np.float32)[:, :, None] / 255
    share = sheet.astype(np.float32)[:, :, None] / 255
    return (page * share + background * (1 - 0.45 * fall) * (1 - share)).astype(np.uint8)


def _shade(random: Random, pixels: Pixels, strength: float) -> Pixels:
    """Darken the page towards one side and a little towards its edges; paper is not quite white."""
    height, width = pixels.shape[:2]
    across = np.linspace(*random.choice(((0, 1), (1, 0))), width, dtype=np.float32)[None, :]
    down = np.linspace(*random.choice(((0, 1), (1, 0))), height, dtype=np.float32)[:, None]
    share = random.uniform(0.2, 0.8)
    light = 1 - strength * random.uniform(0.4, 1) * (share * across + (1 - share) * down)
    return _multiplied(pixels, light * random.uniform(0.96, 1.0))


def _multiplied(pixels: Pixels, light: NDArray[np.float32]) -> Pixels:
    """Multiply a page by a light of its size, or by one value a channel."""
    light = light[:, :, None] if pixels.ndim == 3 and light.ndim == 2 else light
    return np.clip(pixels.astype(np.float32) * light, 0, 255).astype(np.uint8)


def _faint(random: Random, pixels: Pixels) -> Pixels:
    """Let black become grey, as where the toner runs out."""
    strength = random.uniform(0.35, 0.65)
    return (255 - (255 - pixels.astype(np.float32)) * strength).astype(np.uint8)


def _border(random: Random, pixels: Pixels) -> Pixels:
    """Blacken strips along edges, as copiers do past the sheet."""
    height, width = pixels.shape[:2]
    marked = pixels.copy()
    dark = random.randint(5, 50)
    for side in random.sample(("left", "right", "top", "bottom"), random.randint(1, 3)):
        wide = round(width * random.uniform(0.008, 0.035))
        slant = random.uniform(-0.01, 0.01) * height
        places = {
            "left": [(0, 0), (wide + slant, 0), (wide, height), (0, height)],
            "right": [(width, 0), (width - wide - slant, 0), (width - wide, height), (width, height)],
            "top": [(0, 0), (0, wide + slant), (width, wide), (width, 0)],
            "bottom": [(0, height), (0, height - wide - slant), (width, height - wide), (width, height)],
        }
        cv2.fillPoly(marked, [np.array(places[side], np.int32)], (dark, dark, dark))
    return marked


def _holes(random: Random, pixels: Pixels) -> Pixels:
    """Punch the left margin: the lid behind the holes is dark."""
    height, width = pixels.shape[:2]
    marked = pixels.copy()
    radius, count = round(width * 0.0135), random.choice((2, 2, 3, 4))
    for place in range(count):
        y = round(height * (0.5 + (place - (count - 1) / 2) * (0.27 if count < 4 else 0.2)))
        centre = (round(width * 0.04) + random.randint(-2, 2), y)
        cv2.circle(marked, centre, radius, (random.randint(10, 70),) * 3, -1, cv2.LINE_AA)
    return marked


def _specks(random: Random, pixels: Pixels) -> Pixels:
    """Strew the dirt of the copier's glass."""
    height, width = pixels.shape[:2]
    marked = pixels.copy()
    for _ in range(random.randint(20, 120)):
        centre = (random.randrange(width), random.randrange(height))
        cv2.circle(marked, centre, random.choice((0, 1, 1, 2)), (random.randint(30, 120),) * 3, -1)
    return marked


def _fold(random: Random, pixels: Pixels) -> Pixels:
    """Fold the sheet once or twice: a bright and a dark line, each part lit a little differently."""
    height, width = pixels.shape[:2]
    light = np.ones((height, width), np.float32)
    for _ in range(random.randint(1, 2)):
        lies = random.random() < 0.7
        length, place = (height, width)[not lies], random.uniform(0.3, 0.7)
        distance = np.arange(length, dtype=np.float32) - place * length
        wide = length * 0.004
        line = 1 - 0.28 * np.exp(-(((distance - wide) / wide) ** 2)) - 0.07 * (distance > 0)
        line = line + 0.05 * np.exp(-(((distance + wide) / wide) ** 2))
        light *= line[:, None] if lies else line[None, :]
    return _multiplied(pixels, light.astype(np.float32))


def _shadow(random: Random, pixels: Pixels) -> Pixels:
    """Let something stand in the light over a part of the page, or the page bend into a binding."""
    height, width = pixels.shape[:2]
    if random.random() < 0.5:
        distance = np.arange(width, dtype=np.float32) / width
        light = np.tile(1 - random.uniform(0.3, 0.6) * np.exp(-distance / 0.05), (height, 1))
        return _multiplied(pixels, (light if random.random() < 0.6 else light[:, ::-1]).astype(np.float32))
    dark = np.zeros((height, width), np.uint8)
    x, y = random.choice((0, width)), random.uniform(0.1, 0.9) * height
    size = random.uniform(0.3, 0.6) * width
    cv2.ellipse(dark, (round(x), round(y)), (round(size), round(size * 0.7)), random.uniform(0, 90), 0, 360, (255,), -1)
    soft = cv2.resize(cv2.GaussianBlur(cv2.resize(dark, (200, 280)), (0, 0), 7), (width, height)).astype(np.float32)
    return _multiplied(pixels, 1 - random.uniform(0.25, 0.5) * soft / 255)


def _stain(random: Random, pixels: Pixels) -> Pixels:
    """Put a cup on the page: a brownish ring, a paler disc in it."""
    height, width = pixels.shape[:2]
    ink = np.zeros((height, width), np.float32)
    centre = (round(random.uniform(0.1, 0.9) * width), round(random.uniform(0.1, 0.9) * height))
    radius = round(random.uniform(0.08, 0.16) * width)
    cv2.circle(ink, centre, radius, (0.25,), -1, cv2.LINE_AA)
    cv2.ellipse(ink, centre, (radius, radius), 0, random.uniform(0, 90), random.uniform(250, 360), (0.9,), radius // 14)
    ink = cv2.GaussianBlur(ink, (0, 0), radius / 40)[:, :, None] * random.uniform(0.5, 0.9)
    return _multiplied(pixels, 1 - ink * np.array((0.25, 0.42, 0.62), np.float32))


def _tinted(random: Random, pixels: Pixels) -> Pixels:
    """Print on coloured paper."""
    colour = random.choice(((1.0, 0.95, 0.76), (1.0, 0.87, 0.88), (0.84, 0.93, 1.0), (0.86, 0.97, 0.85)))
    return _multiplied(pixels, np.array(colour, np.float32))


def _watermark(random: Random, pixels: Pixels) -> Pixels:
    """Write across the page what copies are marked with, in grey."""
    height, width = pixels.shape[:2]
    text = random.choice(("仅供备案使用", "样例复印件", "仅供职业技能等级认定申报", "与原件一致 再次复印无效"))
    tile = Image.new("L", (width * 2, height * 2), 255)
    pen, font, grey = ImageDraw.Draw(tile), _font(round(width * 0.045)), random.randint(185, 222)
    for row, y in enumerate(range(0, height * 2, round(height * 0.17))):
        for x in range(-(row % 2) * 200, width * 2, round(width * 0.62)):
            pen.text((x, y), text, font=font, fill=grey)
    turned = tile.rotate(random.uniform(20, 40), Image.Resampling.BILINEAR, fillcolor=255)
    across, down = width // 2, height // 2
    light = np.asarray(turned.crop((across, down, across + width, down + height)), np.float32) / 255
    return _multiplied(pixels, light)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.find("WenQuanYi Zen Hei")), size)


def _moire(random: Random, pixels: Pixels) -> Pixels:
    """Lay the waves over the page that come of rescanning a print or photographing a screen."""
    height, width = pixels.shape[:2]
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    waves = np.sin(x / random.uniform(2.2, 7) + y / random.uniform(9, 40)) * np.sin(y / random.uniform(3, 8))
    return _multiplied(pixels, 1 - random.uniform(0.03, 0.07) * (1 + waves))


_MARKS: dict[str, Callable[[Random, Pixels], Pixels]] = {
    "faint": _faint,
    "border": _border,
    "holes": _holes,
    "specks": _specks,
    "fold": _fold,
    "shadow": _shadow,
    "stain": _stain,
    "tinted": _tinted,
    "watermark": _watermark,
    "moire": _moire,
}


def jpeg(pixels: Pixels, by: Scanner, *, exif_orientation: int = 1) -> bytes:
    """Return the page as JPEG. With an orientation (1, 3, 6 or 8) the pixels are turned and the tag turns them back."""
    image = Image.fromarray(pixels)
    turned = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    if exif_orientation in turned:
        image = image.transpose(turned[exif_orientation])
    exif = Image.Exif()
    exif[0x0112] = exif_orientation
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=by.jpeg, dpi=(by.dpi, by.dpi), exif=exif)
    return packed.getvalue()


def png(pixels: Pixels, by: Scanner) -> bytes:
    """Return the page as PNG, of one bit a pixel where bitonal."""
    image = Image.fromarray(pixels)
    packed = io.BytesIO()
    (image.convert("1") if by.colour == "bitonal" else image).save(packed, "PNG", dpi=(by.dpi, by.dpi))
    return packed.getvalue()


def tiff(pages: list[Pixels], by: Scanner) -> bytes:
    """Return the pages as one TIFF: group 4 where bitonal, JPEG otherwise."""
    # Left as RGB, JPEG inside TIFF is three times the size.
    images = [Image.fromarray(page) for page in pages]
    images = [image.convert("YCbCr") if image.mode == "RGB" else image for image in images]
    options: dict[str, object] = {"compression": "jpeg", "quality": by.jpeg}
    if by.colour == "bitonal":
        images, options = [image.convert("1") for image in images], {"compression": "group4"}
    packed = io.BytesIO()
    images[0].save(packed, "TIFF", save_all=True, append_images=images[1:], dpi=(by.dpi, by.dpi), **options)
    return packed.getvalue()


def group4(pixels: Pixels) -> bytes:
    """Return a bitonal page in the fax code that PDFs take (CCITT group 4)."""
    image, packed = Image.fromarray(pixels).convert("1"), io.BytesIO()
    image.save(packed, "TIFF", compression="group4", tiffinfo={278: image.height})
    with Image.open(io.BytesIO(packed.getvalue())) as written:
        start, length = written.tag_v2[273][0], written.tag_v2[279][0]
    return packed.getvalue()[start : start + length]
