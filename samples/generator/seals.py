"""Seals: drawn round or oval, red or blue, well inked or faint, and laid over a PDF page so that print stays black."""

import io
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from samples.generator import fonts

_SIZE = 520
_MILLIMETRE = 72 / 25.4
# So many impressions in a hundred have little ink.
FAINT_PART = 0.06
Colour = tuple[int, int, int]
_REDS: Sequence[Colour] = ((212, 32, 40), (226, 44, 48), (198, 24, 32), (178, 34, 52), (150, 36, 40), (190, 30, 78))
_BLUES: Sequence[Colour] = ((36, 52, 178), (28, 74, 196), (62, 60, 150))


@dataclass(frozen=True)
class Style:
    """How a seal looks.

    `flatness` is its height by its width (1: round), `ink` how dark it is printed (1: fully), `uneven` how much of the
    ink may be missing in places (0 to 1), `turn` in degrees, `band` the height of the characters as a part of the
    seal's. `centre` is a line under the star, `foot` stands small on the lower arc: a serial number.
    """

    colour: Colour = _REDS[0]
    flatness: float = 1.0
    ink: float = 1.0
    uneven: float = 0.35
    turn: float = 0.0
    band: float = 0.13
    ring: int = 11
    star: bool = True
    centre: str = ""
    foot: str = ""
    font: str = "AR PL SungtiL GB"


def choose(random: Random) -> Style:
    """Choose a style: mostly what offices stamp, a round red seal well inked."""
    style = Style(
        colour=random.choice(_REDS[:4]), ring=random.choice((9, 11, 13)),
        foot="".join(random.choices("0123456789", k=13)) if random.random() < 0.3 else "",
    )  # fmt: skip
    kind = random.random()
    if kind < 0.06:
        return replace(style, flatness=random.uniform(0.68, 0.78), star=False, foot="")
    if kind < 0.11:
        return replace(style, colour=random.choice(_REDS[4:]))
    if kind < 0.14:
        return replace(style, colour=random.choice(_BLUES))
    return style


def worn(style: Style, random: Random) -> Style:
    """Return a style as one impression of the seal shows it: turned by a hand, now and then with little ink."""
    style = replace(style, turn=random.uniform(-14, 14) if style.flatness == 1 else random.uniform(-8, 8))
    return replace(style, ink=random.uniform(0.45, 0.6), uneven=0.5) if random.random() < FAINT_PART else style


def draw(text: str, random: Random, style: Style) -> Image.Image:
    """Draw a seal with the text on its arc, unevenly inked, on white."""
    image = Image.new("RGB", (_SIZE, _SIZE), "white")
    pen = ImageDraw.Draw(image)
    centre, wide = _SIZE / 2, _SIZE / 2 - 8
    high = wide * style.flatness
    pen.ellipse([centre - wide, centre - high, centre + wide, centre + high], outline=style.colour, width=style.ring)
    if style.star:
        star = [
            (centre + size * math.sin(math.pi * point / 5), centre - size * math.cos(math.pi * point / 5))
            for point in range(10)
            for size in [0.33 * high if point % 2 == 0 else 0.13 * high]
        ]
        pen.polygon(star, fill=style.colour)
    if style.centre:
        middle = centre + (0.52 * high if style.star else 0)
        pen.text((centre, middle), style.centre, font=_font(style, int(0.19 * high)), fill=style.colour, anchor="mm")
    _name(image, text, style, wide, high)
    if style.foot:
        _foot(image, style, wide, high)
    image = image.rotate(style.turn, Image.Resampling.BICUBIC, fillcolor="white")
    return _uneven(image, random, style)


def _font(style: Style, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.find(style.font)), size)


def _name(image: Image.Image, text: str, style: Style, wide: float, high: float) -> None:
    """Write the text clockwise along the upper arc, all characters as far from one another."""
    reach = style.band * 2 * high * (1.15 if style.flatness < 1 else 1.0)
    inset = style.ring + 8 + reach / 2
    arc = [_at(angle, wide - inset, high - inset) for angle in (math.radians(half / 2) for half in range(-296, 297))]
    lengths = [0.0]
    for (x, y), (nx, ny) in itertools.pairwise(arc):
        lengths.append(lengths[-1] + math.hypot(nx - x, ny - y))
    wanted = min(0.88 * lengths[-1], 1.45 * reach * len(text))
    size = int(min(reach, 1.12 * wanted / len(text)))
    font = _font(style, size)
    for place, character in enumerate(text):
        along = (lengths[-1] - wanted) / 2 + wanted * (place + 0.5) / len(text)
        spot = min(range(len(arc)), key=lambda number: abs(lengths[number] - along))
        x, y = arc[spot]
        # Outward is where the character's top is.
        outward = math.atan2(x / (wide - inset) ** 2, y / (high - inset) ** 2)
        _put(image, character, font, style.colour, (x, y), -math.degrees(outward), height=reach / size)


def _foot(image: Image.Image, style: Style, wide: float, high: float) -> None:
    """Write the small line counter-clockwise along the lower arc, tops inward."""
    size = int(0.11 * high)
    font = _font(style, size)
    for place, character in enumerate(style.foot):
        angle = math.radians(180 - 5.5 * (place - (len(style.foot) - 1) / 2))
        x, y = _at(angle, wide - style.ring - size * 0.75, high - style.ring - size * 0.75)
        _put(image, character, font, style.colour, (x, y), -math.degrees(angle) + 180)


def _at(angle: float, wide: float, high: float) -> tuple[float, float]:
    """Return the point of an ellipse, x to the right and y upward from its centre, clockwise from its top."""
    return wide * math.sin(angle), high * math.cos(angle)


def _put(
    image: Image.Image,
    character: str,
    font: ImageFont.FreeTypeFont,
    colour: Colour,
    at: tuple[float, float],
    turn: float,
    height: float = 1.0,
) -> None:
    """Paste a character, stretched in height and turned, centred at a point given from the image's centre."""
    side = int(font.size * 2 * max(height, 1.0))
    tile = Image.new("L", (side, side), 0)
    ImageDraw.Draw(tile).text((side / 2, side / 2), character, font=font, fill=255, anchor="mm", stroke_width=1)
    if height > 1.0:
        tile = tile.transform(
            (side, side), Image.Transform.AFFINE, (1, 0, 0, 0, 1 / height, side / 2 * (1 - 1 / height)),
            Image.Resampling.BICUBIC,
        )  # fmt: skip
    tile = tile.rotate(turn, Image.Resampling.BICUBIC)
    image.paste(colour, (round(image.width / 2 + at[0] - side / 2), round(image.height / 2 - at[1] - side / 2)), tile)


def _uneven(image: Image.Image, random: Random, style: Style) -> Image.Image:
    """Let the ink be paler, and thinner in places."""
    least = round(255 * (1 - style.ink))
    most = min(least + round(255 * style.uneven), 255)
    patches = Image.new("L", (7, 7))
    patches.putdata([random.randint(least, most) for _ in range(49)])
    return Image.composite(
        Image.new("RGB", image.size, "white"), image, patches.resize(image.size, Image.Resampling.BICUBIC)
    )


def stamp(pdf: pikepdf.Pdf, page: pikepdf.Page, seal: Image.Image, x: float, y: float, diameter: float = 40) -> None:
    """Lay a seal over a page, centred at x, y (points from the page's lower left), `diameter` in millimetres."""
    packed = io.BytesIO()
    seal.save(packed, "JPEG", quality=88)
    picture = pikepdf.Stream(
        pdf,
        packed.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=seal.width,
        Height=seal.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    # Named by place: names made up by pikepdf differ from run to run.
    place = f"{round(x)}x{round(y)}"
    name = page.add_resource(picture, pikepdf.Name.XObject, pikepdf.Name(f"/Seal{place}"))
    multiply = pikepdf.Dictionary(BM=pikepdf.Name.Multiply)
    blend = page.add_resource(multiply, pikepdf.Name.ExtGState, pikepdf.Name(f"/Blend{place}"))
    size = diameter * _MILLIMETRE
    drawing = f"q {blend} gs {size:.2f} 0 0 {size:.2f} {x - size / 2:.2f} {y - size / 2:.2f} cm {name} Do Q"
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q\n" + drawing.encode())
