"""Round red seals: drawn, and laid over a PDF page so that the print under them stays black."""

import io
import math
from random import Random

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from samples.generator import fonts

_SIZE = 520
_MILLIMETRE = 72 / 25.4


def draw(text: str, random: Random) -> Image.Image:
    """Draw a seal with the text on its arc, a star in its middle, unevenly inked, on white."""
    red = (random.randint(196, 228), random.randint(20, 50), random.randint(25, 55))
    image = Image.new("RGB", (_SIZE, _SIZE), "white")
    pen = ImageDraw.Draw(image)
    centre, radius = _SIZE / 2, _SIZE / 2 - 8
    pen.ellipse([8, 8, _SIZE - 8, _SIZE - 8], outline=red, width=11)
    star = [
        (centre + size * math.sin(math.pi * point / 5), centre - size * math.cos(math.pi * point / 5))
        for point in range(10)
        for size in [82 if point % 2 == 0 else 32]
    ]
    pen.polygon(star, fill=red)
    _arc(image, text, red, radius * 0.78)
    return _uneven(image.rotate(random.uniform(-14, 14), Image.Resampling.BICUBIC, fillcolor="white"), random)


def _arc(image: Image.Image, text: str, red: tuple[int, int, int], radius: float) -> None:
    """Write the text clockwise along the upper arc."""
    size = max(min(66, int(1000 / len(text))), 38)
    font = ImageFont.truetype(str(fonts.find("AR PL SungtiL GB")), size)
    span = math.radians(min(270, 24 * len(text)))
    for place, character in enumerate(text):
        angle = -span / 2 + span * place / max(len(text) - 1, 1)
        tile = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(tile).text((size, size), character, font=font, fill=255, anchor="mm", stroke_width=1)
        tile = tile.rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        x = image.width / 2 + radius * math.sin(angle) - size
        y = image.height / 2 - radius * math.cos(angle) - size
        image.paste(red, (round(x), round(y)), tile)


def _uneven(image: Image.Image, random: Random) -> Image.Image:
    """Let the ink be thinner in places."""
    patches = Image.new("L", (7, 7))
    patches.putdata([random.randint(0, 90) for _ in range(49)])
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
