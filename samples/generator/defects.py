"""What scanning does to a page: resolution, skew, rotation, blur, uneven light, noise, grey, few colours."""

import io
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Scanner:
    """How one dossier is scanned. `skew` in degrees, `noise` as a standard deviation of grey levels."""

    dpi: int
    skew: float
    blur: float
    shade: float
    noise: float
    quality: int
    colour: str
    turned: float


def scanner(random: Random, quality: str) -> Scanner:
    """Choose a scanner: `office` (good), `light` (good, and its files small) or `poor`."""
    if quality == "light":
        return Scanner(dpi=150, skew=0.7, blur=0.35, shade=0.04, noise=1.5, quality=50, colour="colour", turned=0.06)
    if quality == "office":
        return Scanner(
            dpi=random.choice((150, 170, 200)),
            skew=0.7,
            blur=0.35,
            shade=0.04,
            noise=3,
            quality=70,
            colour="colour",
            turned=0.04,
        )
    colour = random.choice(("colour", "colour", "grey", "grey", "bitonal"))
    # One bit carries little at few dots: offices scan so at 150 and more.
    return Scanner(
        dpi=150 if colour == "bitonal" else random.choice((110, 120, 130, 150)),
        skew=3.0,
        blur=0.3 if colour == "bitonal" else random.uniform(0.4, 0.8),
        shade=0.2,
        noise=7,
        quality=40,
        colour=colour,
        turned=0.25,
    )


def scan(random: Random, pdf: bytes, number: int, by: Scanner) -> Pixels:
    """Return a page (counted from 0) as the scanner gives it: rows × columns × 3, or rows × columns where grey."""
    page = pypdfium2.PdfDocument(pdf)[number]
    pixels: Pixels = np.ascontiguousarray(page.render(scale=by.dpi / 72, rev_byteorder=True).to_numpy()[:, :, :3])
    noise = np.random.default_rng(random.getrandbits(32))
    if by.colour != "colour":
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    pixels = _skew(pixels, random.uniform(-by.skew, by.skew))
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
    return pixels


def _skew(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))


def _shade(random: Random, pixels: Pixels, strength: float) -> Pixels:
    """Darken the page towards one side and a little towards its edges; paper is not quite white."""
    height, width = pixels.shape[:2]
    across = np.linspace(*random.choice(((0, 1), (1, 0))), width, dtype=np.float32)[None, :]
    down = np.linspace(*random.choice(((0, 1), (1, 0))), height, dtype=np.float32)[:, None]
    share = random.uniform(0.2, 0.8)
    light = 1 - strength * random.uniform(0.4, 1) * (share * across + (1 - share) * down)
    paper = random.uniform(0.96, 1.0)
    shaded = pixels.astype(np.float32) * (light if pixels.ndim == 2 else light[:, :, None]) * paper
    return shaded.astype(np.uint8)


def jpeg(pixels: Pixels, by: Scanner, *, exif_orientation: int = 1) -> bytes:
    """Return the page as JPEG. With an orientation (1, 3, 6 or 8) the pixels are turned and the tag turns them back."""
    image = Image.fromarray(pixels)
    turned = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    if exif_orientation in turned:
        image = image.transpose(turned[exif_orientation])
    exif = Image.Exif()
    exif[0x0112] = exif_orientation
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=by.quality, dpi=(by.dpi, by.dpi), exif=exif)
    return packed.getvalue()


def tiff(pages: list[Pixels], by: Scanner) -> bytes:
    """Return the pages as one TIFF: group 4 where bitonal, JPEG otherwise."""
    # Left as RGB, JPEG inside TIFF is three times the size.
    images = [Image.fromarray(page) for page in pages]
    images = [image.convert("YCbCr") if image.mode == "RGB" else image for image in images]
    options: dict[str, object] = {"compression": "jpeg", "quality": by.quality}
    if by.colour == "bitonal":
        images, options = [image.convert("1") for image in images], {"compression": "group4"}
    packed = io.BytesIO()
    images[0].save(packed, "TIFF", save_all=True, append_images=images[1:], dpi=(by.dpi, by.dpi), **options)
    return packed.getvalue()
