"""Seals found, missed and falsely found, names read, and the time it takes, on freshly drawn pages.

Every seal is also compared with its own name and with near ones, as the rules do it: `own` counts the seals taken for
their own name's, `near` those near names that a seal was surely taken for.

`python -m benchmarks.seals --count 150 --seed 7`; `--folder` keeps the pages with every seal that was found outlined.
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import cast

import cv2
import numpy as np
import segno
from PIL import Image as Pictures
from PIL import ImageChops, ImageDraw, ImageFont
from rich.console import Console
from rich.table import Table

from extractors.engine import Engine
from extractors.opening import Image
from extractors.seals import find_seals, read_name
from samples.generator import defects, fonts, prose, seals
from schemas.settings import OcrSettings
from validators.seal_names import Fit, fit

_DPI = 300
_MILLIMETRE = _DPI / 25.4
_WIDTH, _HEIGHT = round(210 * _MILLIMETRE), round(297 * _MILLIMETRE)
# Pages to fit by and pages to measure by are drawn in other fonts.
_FITTING = ("AR PL SungtiL GB", "WenQuanYi Micro Hei", "LXGW WenKai", "Noto Sans CJK SC")
_MEASURING = ("AR PL UMing CN", "AR PL UKai CN", "Noto Serif CJK SC", "WenQuanYi Zen Hei")
_PLACES = ("样例市", "样例省样例市", "样例市样例区", "示例县", "示例自治区样例盟", "（样例）")
_WORDS = (
    "第一",
    "第二",
    "启明",
    "宏远",
    "东方",
    "鑫源",
    "博雅",
    "天成",
    "育才",
    "金桥",
    "远航",
    "汇智",
    "众邦",
    "德信",
)
_KINDS = (
    "职业培训学校", "职业技能培训学校", "物业管理有限公司", "人力资源服务有限公司", "科技有限公司", "技工学校",
    "教育咨询有限责任公司", "会计师事务所（普通合伙）", "建筑安装集团股份有限公司", "行业协会",
)  # fmt: skip
# Words that stand for one another in names of organisations.
_NEAR = (
    ("职业培训", "职业技能培训", "职业技术培训", "职业教育"), ("培训", "教育", "服务"), ("学校", "学院", "中心"),
    ("有限公司", "有限责任公司", "股份有限公司"), ("技工", "高级技工"), ("物业", "企业"), ("科技", "商贸"),
    ("协会", "商会"), ("人力资源", "教育资源"), ("启明", "启航"), ("宏远", "致远", "宏达"), ("育才", "育英"),
    ("东方", "东华"), ("第一", "第二"),
)  # fmt: skip
_AUTHORITIES = ("市场监督管理局", "行政审批局", "民政局", "自然资源局", "人力资源和社会保障局")


@dataclass(frozen=True)
class Stamped:
    """A seal on a page: its name, and its centre and half its width as parts of the page's width."""

    name: str
    x: float
    y: float
    reach: float


@dataclass
class Tally:
    """What came of the seals of one kind of page."""

    pages: int = 0
    seals: int = 0
    found: int = 0
    false: int = 0
    false_named: int = 0
    exact: int = 0
    wrong: int = 0
    sure_wrong: int = 0
    own: int = 0
    near: int = 0
    finding: list[float] = field(default_factory=list[float])
    reading: list[float] = field(default_factory=list[float])
    examples: list[str] = field(default_factory=list[str])


def main() -> None:
    """Draw pages, look for their seals, print what came of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=150, help="pages")
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--fitting", action="store_true", help="draw in the fonts that were fitted by")
    arguments.add_argument("--only", help="one kind of page")
    arguments.add_argument("--folder", type=Path, help="keep the pages here")
    chosen = arguments.parse_args()
    fonts.prepare()
    engine = Engine(OcrSettings())
    tallies: dict[str, Tally] = defaultdict(Tally)
    for number in range(chosen.count):
        random = Random(f"{chosen.seed} {number}")
        set_in = _FITTING if chosen.fitting else _MEASURING
        kind = chosen.only or list(_DRAWERS)[number % len(_DRAWERS)]
        scanner, how = _scanner(random)
        image, stamped = draw(random, kind, scanner, set_in)
        label = f"{number} {kind} {how} {scanner.dpi} dpi"
        kept = None if chosen.folder is None else chosen.folder / f"{label.replace(' ', '-')}.png"
        row = kind if scanner.colour == "colour" else f"{kind}, grey"
        measure(engine, image, stamped, tallies[row], label, kept)
    show(tallies)


def _scanner(random: Random) -> tuple[defects.Scanner, str]:
    how = random.choice(("office", "office", "light", "fine", "poor", "poor", "poor"))
    scanner = replace(defects.scanner(random, "office" if how == "fine" else how), turned=0.0)
    return (replace(scanner, dpi=300) if how == "fine" else scanner), how


def measure(
    engine: Engine, image: Image, stamped: Sequence[Stamped], tally: Tally, label: str, kept: Path | None
) -> None:
    """Look for a page's seals and read them; compare."""
    width = image.shape[1]
    started = time.perf_counter()
    found = find_seals(image)
    tally.finding.append(time.perf_counter() - started)
    tally.pages += 1
    tally.seals += len(stamped)
    left = list(stamped)
    for seal in found:
        started = time.perf_counter()
        text, score, readings = read_name(engine, image, seal)
        tally.reading.append(time.perf_counter() - started)
        own = [
            one for one in left if np.hypot(seal.x / width - one.x, seal.y / width - one.y) < 0.6 * one.reach
        ]  # fmt: skip
        if not own:
            tally.false += 1
            tally.false_named += text is not None
            tally.examples.append(f"{label}: false find {text} {score:.2f}")
            continue
        best = min(own, key=lambda one: np.hypot(seal.x / width - one.x, seal.y / width - one.y))
        left.remove(best)
        tally.found += 1
        tally.own += fit(readings, best.name) is Fit.OWN
        taken = [name for name in near_names(best.name) if fit(readings, name) is Fit.OWN]
        tally.near += len(taken)
        tally.examples.extend(f"{label}: {best.name} taken for {name}" for name in taken)
        if text is not None and _bare(text) == _bare(best.name):
            tally.exact += 1
        elif text is not None:
            tally.wrong += 1
            tally.sure_wrong += score >= 0.95
            tally.examples.append(f"{label}: {best.name} read as {text} {score:.3f}")
        else:
            tally.examples.append(f"{label}: {best.name} not read")
    tally.examples.extend(f"{label}: {one.name} not found" for one in left)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(kept), image)


def near_names(name: str) -> list[str]:
    """Return names that differ from one in the place, in what the organisation is called, or in a word of its kind."""
    swaps = [(one, other) for group in (_PLACES, _WORDS, *_NEAR) for one in group for other in group if one != other]
    found = {name.replace(one, other, 1) for one, other in swaps if one in name}
    return sorted(found - {name})


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def show(tallies: dict[str, Tally]) -> None:
    """Print the tallies and every seal that went wrong."""
    console = Console(width=130)
    columns = ("pages", "seals", "found", "false", "false, read", "exact", "wrong", "surely wrong", "own", "near")
    table = Table("page", *columns, "find ms", "read ms", title="Seals")
    everything = Tally()
    for kind, tally in [*sorted(tallies.items()), ("all", everything)]:
        figures = (
            tally.pages, tally.seals, tally.found, tally.false, tally.false_named, tally.exact, tally.wrong,
            tally.sure_wrong, tally.own, tally.near,
        )  # fmt: skip
        finding, reading = (1000 * float(np.mean(times or [0.0])) for times in (tally.finding, tally.reading))
        table.add_row(kind, *map(str, figures), f"{finding:.0f}", f"{reading:.0f}")
        for name in vars(everything):
            setattr(everything, name, getattr(everything, name) + getattr(tally, name))
    console.print(table)
    for example in sorted(example for tally in tallies.values() for example in tally.examples):
        console.print(example, highlight=False)


def draw(random: Random, kind: str, scanner: defects.Scanner, families: Sequence[str]) -> tuple[Image, list[Stamped]]:
    """Draw a page of a kind in some of the fonts and scan it; return it as BGR with the seals on it."""
    paper = Pictures.new("RGB", (_WIDTH, _HEIGHT), "white")
    family = random.choice(families)
    _print(random, paper, family)
    stamped = _DRAWERS[kind](random, paper, family)
    packed = BytesIO()
    paper.save(packed, "PDF", resolution=_DPI, quality=95)
    pixels = defects.scan(random, packed.getvalue(), 0, scanner).pixels
    decoded = cv2.imdecode(np.frombuffer(defects.jpeg(pixels, scanner), np.uint8), cv2.IMREAD_COLOR)
    return cast("Image", decoded), stamped


def _font(family: str, points: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.find(family)), round(points / 72 * _DPI))


def _print(random: Random, paper: Pictures.Image, family: str) -> None:
    """Print lines of text down the page, or a table."""
    pen = ImageDraw.Draw(paper)
    font = _font(family, random.choice((10.5, 12, 14)))
    top, step = round(25 * _MILLIMETRE), round(font.size * random.uniform(1.5, 2.2))
    words = "".join(prose.choose(random, "clauses", 6))
    ruled = random.random() < 0.5
    rows = list(range(top, _HEIGHT - top, step))
    for number, y in enumerate(rows):
        start = number * 23 % len(words)
        length = random.randint(8, 33)
        pen.text((24 * _MILLIMETRE, y), (words + words)[start : start + length], font=font, fill=(25, 25, 25))
        if ruled:
            rule = y - round(0.2 * step)
            pen.line((20 * _MILLIMETRE, rule, _WIDTH - 20 * _MILLIMETRE, rule), fill=(20, 20, 20), width=4)
    if ruled:
        for part in (0.0, 0.22, 0.55, 1.0):
            x = 20 * _MILLIMETRE + part * (_WIDTH - 40 * _MILLIMETRE)
            pen.line((x, rows[0], x, rows[-1]), fill=(20, 20, 20), width=4)


def _name(random: Random) -> str:
    if random.random() < 0.25:
        return random.choice(_PLACES[:5]) + random.choice(_AUTHORITIES)
    return random.choice(_PLACES) + random.choice(_WORDS) + random.choice(_KINDS)


def _stamp(
    random: Random,
    paper: Pictures.Image,
    style: seals.Style,
    at: tuple[float, float] | None = None,
    diameter: float | None = None,
) -> Stamped:
    """Lay a seal over the print, anywhere or at a place in millimetres."""
    name = _name(random)
    size = diameter or random.choice((38, 40, 40, 42, 45))
    x, y = at or (random.uniform(30, 180), random.uniform(40, 260))
    side = round(size * _MILLIMETRE)
    picture = seals.draw(name, random, style).resize((side, side), Pictures.Resampling.LANCZOS)
    _lay(paper, picture, x, y)
    reach = 252 / 260 * size / 2
    return Stamped(name, x / 210, y / 210, reach / 210)


def _lay(paper: Pictures.Image, picture: Pictures.Image, x: float, y: float) -> None:
    """Multiply a picture into the page, centred at a place in millimetres."""
    sheet = Pictures.new("RGB", paper.size, "white")
    sheet.paste(picture, (round(x * _MILLIMETRE) - picture.width // 2, round(y * _MILLIMETRE) - picture.height // 2))
    paper.paste(ImageChops.multiply(paper, sheet))


_RED, _BLUE = (212, 32, 40), (36, 56, 184)


def _style(random: Random, family: str, **changes: object) -> seals.Style:
    style = seals.Style(
        colour=random.choice(((212, 32, 40), (228, 46, 44), (196, 22, 34))),
        turn=random.uniform(-16, 16),
        uneven=random.uniform(0.1, 0.5),
        ring=random.choice((7, 10, 13)),
        band=random.uniform(0.105, 0.15),
        font=family,
        foot="".join(random.choices("0123456789", k=13)) if random.random() < 0.4 else "",
    )
    return replace(style, **changes)  # pyright: ignore[reportArgumentType]


def _round(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    return [_stamp(random, paper, _style(random, family))]


def _blue(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    return [_stamp(random, paper, _style(random, family, colour=random.choice((_BLUE, (20, 60, 150), (70, 80, 200)))))]


def _oval(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    style = _style(
        random, family, flatness=random.uniform(0.65, 0.78), star=False, foot="", turn=random.uniform(-10, 10)
    )
    return [_stamp(random, paper, replace(style, colour=random.choice((_RED, _RED, _BLUE))))]


def _centred(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    words = random.choice(("合同专用章", "财务专用章", "业务专用章"))
    oval = random.random() < 0.4
    style = _style(random, family, centre="发票专用章" if oval else words, foot="", star=not oval)
    return [_stamp(random, paper, replace(style, flatness=0.72, turn=random.uniform(-8, 8)) if oval else style)]


def _faint(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    return [_stamp(random, paper, _style(random, family, ink=random.uniform(0.35, 0.55), uneven=0.45))]


def _odd(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    """Dark red, brown, purple, pink ink."""
    colour = random.choice(((128, 30, 36), (150, 62, 48), (150, 34, 120), (236, 110, 130), (110, 40, 130)))
    return [_stamp(random, paper, _style(random, family, colour=colour))]


def _overlapping(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    x, y, away = random.uniform(60, 140), random.uniform(60, 230), random.uniform(24, 34)
    turn = random.uniform(0, 2 * np.pi)
    other = random.choice(
        (
            _style(random, family),
            _style(random, family, colour=_BLUE),
            _style(random, family, flatness=0.74, star=False),
        )
    )
    return [
        _stamp(random, paper, _style(random, family), (x, y), 40),
        _stamp(random, paper, other, (x + away * float(np.cos(turn)), y + away * float(np.sin(turn))), 40),
    ]


def _off_page(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    hidden = random.uniform(2, 9)
    place = random.choice(((210 - 20 + hidden, 150.0), (20 - hidden, 180.0), (120.0, 297 - 20 + hidden)))
    return [_stamp(random, paper, _style(random, family), place, 40)]


def _turned(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    return [_stamp(random, paper, _style(random, family, turn=random.choice((-1, 1)) * random.uniform(25, 60)))]


def _plain(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    return []


def _headings(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    pen = ImageDraw.Draw(paper)
    pen.text((50 * _MILLIMETRE, 10 * _MILLIMETRE), "样例市某某局文件", font=_font(family, 40), fill=_RED)
    pen.line((20 * _MILLIMETRE, 26 * _MILLIMETRE, 190 * _MILLIMETRE, 26 * _MILLIMETRE), fill=_RED, width=12)
    return []


def _boxed(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    """Stamp rectangles with words."""
    for words in random.sample(("已 审 核", "与原件核对无误", "复印件与原件相符", "作 废"), 2):
        font = _font(family, 22)
        width = round(font.getlength(words)) + 60
        picture = Pictures.new("RGB", (width, 170), "white")
        pen = ImageDraw.Draw(picture)
        pen.rectangle((4, 4, width - 5, 165), outline=_RED, width=8)
        pen.text((width / 2, 85), words, font=font, fill=_RED, anchor="mm")
        turned = picture.rotate(random.uniform(-15, 15), Pictures.Resampling.BICUBIC, expand=True, fillcolor="white")
        _lay(paper, turned, random.uniform(40, 160), random.uniform(40, 250))
    return []


def _emblem(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    """Print a round emblem, full of colour, over a certificate's frame."""
    pen = ImageDraw.Draw(paper)
    size, x, y = random.uniform(10, 16) * _MILLIMETRE, _WIDTH / 2, 45 * _MILLIMETRE
    pen.ellipse((x - size * 1.1, y - size * 1.1, x + size * 1.1, y + size * 1.1), fill=(226, 180, 60))
    pen.ellipse((x - size, y - size, x + size, y + size), fill=(206, 30, 36))
    pen.rectangle((x - size * 0.6, y, x + size * 0.6, y + size * 0.5), fill=(226, 180, 60))
    for part in (-0.5, -0.2, 0.15, 0.45):
        pen.regular_polygon((x + part * size, y - size * 0.45, size * 0.14), 5, fill=(226, 180, 60))
    pen.rectangle((90, 90, _WIDTH - 90, _HEIGHT - 90), outline=(190, 60, 50), width=26)
    return []


def _logo(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    """Print round signs of other makes: a disc with a letter, rings in one another, a red number in a circle."""
    pen = ImageDraw.Draw(paper)
    for choice in random.sample(range(4), 2):
        x, y = random.uniform(40, 170) * _MILLIMETRE, random.uniform(40, 250) * _MILLIMETRE
        size, colour = random.uniform(10, 20) * _MILLIMETRE, random.choice((_RED, _BLUE))
        box = (x - size, y - size, x + size, y + size)
        inner = tuple(np.array((x, y, x, y)) + np.array((-size, -size, size, size)) * 0.6)
        if choice == 0:
            pen.ellipse(box, fill=colour)
            pen.text((x, y), "样", font=_font(family, 60), fill="white", anchor="mm")
        elif choice == 1:
            pen.ellipse(box, outline=colour, width=60)
            pen.ellipse(inner, outline=colour, width=40)
        elif choice == 2:
            pen.ellipse(box, outline=colour, width=14)
            pen.text((x, y), "3", font=_font(family, 60), fill=colour, anchor="mm")
        else:
            pen.pieslice(box, 20, 320, fill=colour)
            pen.ellipse(inner, fill="white")
    return []


def _photo(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    """Paste an identity photo, red behind, and a picture with round things in it."""
    pen = ImageDraw.Draw(paper)
    x, y = 150 * _MILLIMETRE, 60 * _MILLIMETRE
    pen.rectangle(
        (x, y, x + 25 * _MILLIMETRE, y + 35 * _MILLIMETRE), fill=random.choice(((200, 30, 40), (60, 120, 200)))
    )
    pen.ellipse((x + 70, y + 80, x + 220, y + 290), fill=(224, 180, 160))
    pen.ellipse((x + 10, y + 280, x + 285, y + 560), fill=(40, 40, 60))
    left, top = 30 * _MILLIMETRE, 150 * _MILLIMETRE
    pen.rectangle((left, top, left + 900, top + 600), fill=(170, 160, 140))
    for _ in range(12):
        size = random.uniform(30, 150)
        cx, cy = left + random.uniform(150, 750), top + random.uniform(150, 450)
        colour = tuple(random.randint(30, 220) for _ in range(3))
        pen.ellipse((cx - size, cy - size, cx + size, cy + size), outline=colour, width=random.randint(4, 40))
    return []


def _fingerprint(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    """Press red fingers on the page."""
    for _ in range(3):
        picture = Pictures.new("RGB", (260, 320), "white")
        pen = ImageDraw.Draw(picture)
        for ring in range(12, 130, 11):
            pen.ellipse((130 - ring, 160 - ring * 1.2, 130 + ring, 160 + ring * 1.2), outline=(222, 70, 70), width=5)
        _lay(paper, picture, random.uniform(30, 180), random.uniform(40, 250))
    return []


def _codes(random: Random, paper: Pictures.Image, family: str) -> list[Stamped]:
    """Print a QR code, circled numbers and a wheel of a chart."""
    packed = BytesIO()
    segno.make("样例", error="m").save(packed, kind="png", scale=10)
    _lay(paper, Pictures.open(packed).convert("RGB"), 170, 40)
    pen = ImageDraw.Draw(paper)
    x, y, size = 100 * _MILLIMETRE, 150 * _MILLIMETRE, 22 * _MILLIMETRE
    pen.ellipse((x - size, y - size, x + size, y + size), outline=(30, 30, 30), width=7)
    for part in range(5):
        pen.line((x, y, x + size * np.cos(part * 1.3), y + size * np.sin(part * 1.3)), fill=(30, 30, 30), width=5)
    return []


_DRAWERS: dict[str, Callable[[Random, Pictures.Image, str], list[Stamped]]] = {
    "round": _round,
    "blue": _blue,
    "oval": _oval,
    "centre line": _centred,
    "faint": _faint,
    "odd colour": _odd,
    "overlapping": _overlapping,
    "off the page": _off_page,
    "turned": _turned,
    "none": _plain,
    "none: headings": _headings,
    "none: boxes": _boxed,
    "none: emblem": _emblem,
    "none: logos": _logo,
    "none: photos": _photo,
    "none: fingers": _fingerprint,
    "none: codes": _codes,
}


if __name__ == "__main__":
    main()
