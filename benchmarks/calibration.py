"""Whether confidence means something: of the values said with 0.95, 95 in 100 should be right.

`python -m benchmarks.calibration` reads two things: the fields of freshly generated dossiers, and values printed one by
one on paper worse than any office's, so that enough of them are read wrong to tell. It prints how many are right by
confidence, draws that as `docs/accuracy-reliability.svg`, and prints the power that fits the scores best
(`schemas.page.SCORE_POWER`). That is fitted on half of the fonts; what is shown is measured on the other half.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.table import Table

from extractors.documents.parsers import credit_code_in, identity_number_in
from extractors.dossier import read_documents
from extractors.engine import Engine, Reading
from extractors.layout import Passage, passage_of
from extractors.values import areas, codes, dates, money, names
from flows.packet import open_packet
from flows.verify import read_files
from flows.workers import Workers
from samples.generator import fonts, invented
from samples.generator.dossiers import generate
from schemas.document import Document
from schemas.page import SCORE_POWER, Line, Page
from schemas.settings import Settings

PICTURE = Path(__file__).parent.parent / "docs" / "accuracy-reliability.svg"
BINS = (0.0, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.001)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Said:
    """A value as it was read, against the truth."""

    wanted: str
    read: str
    confidence: float
    right: bool


def main() -> None:
    """Read, compare, print, draw."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=12, help="dossiers")
    arguments.add_argument("--values", type=int, default=150, help="values of each kind, for each half of the fonts")
    arguments.add_argument("--seed", type=int, default=20261121)
    chosen = arguments.parse_args()
    console = Console(width=120)
    engine = Engine(Settings().ocr)
    fitted = printed(engine, Random(f"{chosen.seed}/fit"), fonts.FAMILIES[::2], chosen.values)
    measured = printed(engine, Random(f"{chosen.seed}/measure"), fonts.FAMILIES[1::2], chosen.values)
    console.print(f"the power that fits best: {fit(fitted):.2f} (in use: {SCORE_POWER})")
    show(console, "Values printed one by one", measured)
    in_dossiers = list(fields_of_dossiers(chosen.seed, chosen.count))
    show(console, f"Fields of {chosen.count} dossiers", in_dossiers)
    repaired = wrong_codes(engine, Random(f"{chosen.seed}/wrong"), fonts.FAMILIES, 3 * chosen.values)
    console.print(repaired)
    PICTURE.write_text(diagram({"单独印出的值": measured, "材料中的字段": in_dossiers}), encoding="utf-8")


# --- fields of dossiers ----------------------------------------------------------------------------------------------


def fields_of_dossiers(seed: int, count: int) -> Iterator[Said]:
    """Generate dossiers, read them, and yield their single values."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as temporary, Workers(settings) as workers:
        folder = Path(temporary)
        generate(folder, seed=seed, count=count)
        for truth in sorted((folder / "truth").glob("*/*.json")):
            packet = open_packet(folder / truth.parent.name / truth.stem)
            work = folder / "work" / truth.parent.name / truth.stem
            work.mkdir(parents=True)
            _, pages = read_files(packet.files, workers=workers, limits=settings.limits, work=work)
            yield from fields_said(json.loads(truth.read_text(encoding="utf-8")), read_documents(pages))


def fields_said(truth: Mapping[str, Any], documents: Sequence[Document]) -> Iterator[Said]:
    """Yield the values of a dossier's documents that are no lists, where both the truth and the reading have one."""
    by_page = {(page.file, page.page): document for document in documents for page in document.pages}
    for wanted in truth["documents"]:
        found = (by_page.get((page["file"], page["page"])) for page in wanted["pages"])
        document = next((one for one in found if one is not None and one.kind == wanted["kind"]), None)
        for name, value in wanted["fields"].items():
            field = document.fields.get(name) if document is not None else None
            if field is None or field.value is None or value is None or isinstance(value, list):
                continue
            if isinstance(value, int | float) and isinstance(field.value, int | float):
                right = abs(value - field.value) < 0.005
            else:
                right = value == field.value
            yield Said(str(value), str(field.value), field.confidence, right)


# --- values printed one by one ---------------------------------------------------------------------------------------


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _characters(random: Random, count: int) -> str:
    return "".join(random.choice(_ALPHABET) for _ in range(count))


def _first(find: Callable[[str], Sequence[Any]]) -> Callable[[str], Any]:
    return lambda text: found[0].value if (found := find(text)) else None


# What is printed, and how the reading of it is understood.
_KINDS: tuple[tuple[Callable[[Random], str], Callable[[str], Any]], ...] = (
    (lambda random: f"91{_digits(random, 6)}{_characters(random, 10)}", _first(codes.find_credit_codes)),
    (lambda random: f"1{_digits(random, 16)}{random.choice('0123456789X')}", _first(codes.find_identity_numbers)),
    (
        lambda random: f"{random.randint(2015, 2029)}年{random.randint(1, 12)}月{random.randint(1, 28)}日",
        _first(dates.find_dates),
    ),
    (
        lambda random: f"{random.randint(2015, 2029)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        _first(dates.find_dates),
    ),
    (lambda random: f"{random.uniform(200, 3000):.2f}平方米", _first(areas.find_areas)),
    (lambda random: f"{random.uniform(100, 99999):,.2f}元", _first(money.find_amounts)),
    (
        lambda random: f"{random.randint(1, 6)}-{random.randint(1, 31):02}-{random.randint(1, 12):02}-09",
        _first(codes.find_occupation_codes),
    ),
    (invented.person, names.normalise),
    (lambda random: f"样例市{invented.person(random)}职业技能培训学校有限公司", names.normalise),
)


def printed(engine: Engine, random: Random, families: Sequence[str], count: int) -> list[Said]:
    """Print `count` values of every kind, read them, and understand them; what is not understood says nothing."""
    wanted = [(text(random), understand) for _ in range(count) for text, understand in _KINDS]
    readings = engine.recognise([_printed(random, text, random.choice(families)) for text, _ in wanted])
    return [
        Said(text, reading.text, _passage(reading).confidence, value == understand(text))
        for (text, understand), reading in zip(wanted, readings, strict=True)
        if reading.text and (value := understand(reading.text)) is not None
    ]


def wrong_codes(engine: Engine, random: Random, families: Sequence[str], count: int) -> str:
    """Print codes and identity numbers, half of them wrong in one character; say how many were changed to hold."""
    tally = {"repaired rightly": 0, "repaired to another": 0, "printed wrong and repaired": 0, "read": 0}
    texts: list[tuple[str, str, bool]] = []
    for number in range(count):
        is_code, is_wrong = number % 2 == 0, number % 4 < 2
        if is_code:
            right = invented.credit_code(random, "jilin", "91")
            text = invented.wrong_credit_code(random, right) if is_wrong else right
        else:
            right = invented.identity_number(random, "jilin")
            text = invented.wrong_identity_number(random, right) if is_wrong else right
        texts.append((right, text, is_code))
    readings = engine.recognise([_printed(random, text, random.choice(families)) for _, text, _ in texts])
    for (right, text, is_code), reading in zip(texts, readings, strict=True):
        passage = _passage(reading)
        field = (credit_code_in if is_code else identity_number_in)(passage) if reading.text else None
        if field is None:
            continue
        tally["read"] += 1
        holds = codes.credit_code_holds if is_code else codes.identity_number_holds
        if field.value == passage.text or not holds(str(field.value)):
            continue
        if text != right:
            tally["printed wrong and repaired"] += 1
        else:
            tally["repaired rightly" if field.value == right else "repaired to another"] += 1
    return f"codes whose check character did not hold as read: {tally}"


def _passage(reading: Reading) -> Passage:
    """Return a reading as a passage on a page of its own."""
    line = Line(
        text=reading.text,
        box=(0.0, 0.0, 1.0, 1.0),
        confidence=reading.confidence,
        extents=[(centre, centre) for centre in reading.centres],
        scores=list(reading.scores),
        alternatives={place: list(others) for place, others in reading.alternatives.items()},
    )
    return passage_of(line, Page(file="line", number=1, width=1, height=1, source="ocr", lines=[line]))


def _printed(random: Random, text: str, family: str) -> NDArray[np.uint8]:
    """Print a line and scan it: few dots, blur, faint ink, noise, one bit, JPEG."""
    size = random.uniform(9, 14) * random.choice((100, 110, 120, 130, 150, 170, 200)) / 72
    font = ImageFont.truetype(str(fonts.find(family)), round(3 * size))
    left, top, right, bottom = font.getbbox(text)
    rim = round(3 * size)
    paper = Image.new("L", (round(right - left) + 2 * rim, round(bottom - top) + 2 * rim), 255)
    ImageDraw.Draw(paper).text((rim - left, rim - top), text, font=font, fill=random.randint(0, 60))
    pixels = np.asarray(paper)
    turn = cv2.getRotationMatrix2D((pixels.shape[1] / 2, pixels.shape[0] / 2), random.uniform(-0.7, 0.7), 1)
    pixels = cv2.warpAffine(pixels, turn, (pixels.shape[1], pixels.shape[0]), borderValue=255)
    pixels = cv2.resize(pixels, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)
    worse = random.random()
    pixels = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.3, 0.5 + 1.1 * worse)).astype(np.float32)
    if random.random() < 0.25:
        pixels = 255 - (255 - pixels) * random.uniform(0.25, 0.7)
    grain = np.random.default_rng(random.getrandbits(32)).normal(0, random.uniform(2, 6 + 12 * worse), pixels.shape)
    pixels = np.clip(pixels * random.uniform(0.8, 1) + grain, 0, 255).astype(np.uint8)
    if random.random() < 0.2:
        pixels = cv2.adaptiveThreshold(pixels, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 41, 24)
    _, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, random.choice((30, 40, 60, 75))])
    pixels = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    cut = [int(rim / 3 - size * random.uniform(0.05, 0.35)) for _ in range(4)]
    return np.ascontiguousarray(pixels[cut[0] : pixels.shape[0] - cut[1], cut[2] : pixels.shape[1] - cut[3]])


# --- what it comes to ------------------------------------------------------------------------------------------------


def fit(said: Sequence[Said]) -> float:
    """Return the power that makes what was said most likely, where the confidence in use has SCORE_POWER."""
    doubts = np.array([-log(max(one.confidence, 1e-6)) / SCORE_POWER for one in said])
    right = np.array([one.right for one in said])

    def unlikely(power: float) -> float:
        chances = np.clip(np.exp(-power * doubts), 1e-3, 0.995)
        return float(-np.mean(np.where(right, np.log(chances), np.log(1 - chances))))

    return float(min(np.arange(0.2, 3.0, 0.05), key=unlikely))


def _binned(said: Iterable[Said]) -> list[tuple[float, float, list[Said]]]:
    everything = list(said)
    return [(low, high, [one for one in everything if low <= one.confidence < high]) for low, high in pairwise(BINS)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


def show(console: Console, title: str, said: Sequence[Said]) -> None:
    """Print how many are right, by confidence, and those that are wrong though they were said to be sure."""
    table = Table("confidence", "values", "said", "right", title=title)
    for low, high, some in _binned(said):
        if some:
            confidence, right = _mean([one.confidence for one in some]), _mean([one.right for one in some])
            table.add_row(f"{low:.2f} to {min(high, 1.0):.2f}", str(len(some)), f"{confidence:.1%}", f"{right:.1%}")
    console.print(table)
    for least in (0.8, 0.95):
        some = [one for one in said if one.confidence >= least]
        console.print(f"said with {least} or more: {len(some)}, right {_mean([one.right for one in some]):.2%}")
    for one in said:
        if not one.right and one.confidence >= BINS[-3]:
            console.print(f"  {one.wanted} → {one.read} ({one.confidence:.2f})")


def diagram(series: Mapping[str, Sequence[Said]]) -> str:
    """Return the reliability diagram as SVG: confidence across, the part that is right upwards."""
    side, rim = 360, 56
    colours = ("#1f5fa8", "#b3541e")

    def x(value: float) -> float:
        return round(rim + value * side, 1)

    def y(value: float) -> float:
        return round(rim + (1 - value) * side, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side + 2 * rim} {side + 2 * rim}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
        f'<path d="M{x(0)} {y(1)}V{y(0)}H{x(1)}" fill="none" stroke="#333"/>',
    ]
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1.0):
        parts.append(f'<text x="{x(tick)}" y="{y(0) + 18}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{x(0) - 8}" y="{y(tick) + 4}" text-anchor="end">{tick:g}</text>')
    parts.append(f'<text x="{x(0.5)}" y="{y(0) + 40}" text-anchor="middle">置信度</text>')
    parts.append(f'<text x="{x(0)}" y="{y(1) - 14}" text-anchor="middle">正确的比例</text>')
    for number, ((name, said), colour) in enumerate(zip(series.items(), colours, strict=True)):
        points = [
            (_mean([one.confidence for one in some]), _mean([one.right for one in some]), len(some))
            for _, _, some in _binned(said)
            if some
        ]
        path = "L".join(f"{x(confidence)} {y(right)}" for confidence, right, _ in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}"/>')
        for confidence, right, count in points:
            radius = round(2 + log(count) * 0.9, 1)
            parts.append(
                f'<circle cx="{x(confidence)}" cy="{y(right)}" r="{radius}" fill="{colour}">'
                f"<title>{count}</title></circle>"
            )
        parts.append(f'<text x="{x(0.04)}" y="{y(0.95) + 18 * number}" fill="{colour}">{name}（{len(said)}）</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    main()
