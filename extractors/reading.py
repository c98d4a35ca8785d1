"""From sheets to pages: set upright, find the lines, read them."""

import hashlib
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from extractors.barcodes import read_barcodes
from extractors.combs import SPACINGS, Comb, find_combs, with_combs
from extractors.crossing import Overrun, cut, settled, upright
from extractors.engine import DETECTION_SIDE, DETECTION_TILE, DOUBTED, Engine, Image, Reading, cut_out, simplified
from extractors.flattening import flattened
from extractors.ink import Ink, red_part, through, without_ink
from extractors.layer_check import agrees
from extractors.opening import Sheet
from extractors.rulings import Rulings, around_text, find_rulings, ruling_angles
from extractors.scaling import shrunk
from extractors.seals import Ring, find_seals, read_name
from extractors.stacked import rows_missed, rows_of
from extractors.strikes import with_struck_out
from extractors.watermarks import REPEATED, without_writing_across
from schemas.base import Box
from schemas.page import Line, Page, PageSource, Seal
from schemas.settings import OcrSettings

# Mean score of readable upright text is above 0.9; the same text on its head stays far below, a page of figures least.
UPRIGHT_CONFIDENCE = 0.92
# So many lines are read to find out which way is up.
UPRIGHT_SAMPLE = 6
# Degrees: less does no harm to reading, more is no skew but a drawing.
SKEW_MIN, SKEW_MAX = 0.25, 20.0
# Lines read worse than this are no text: stamps, drawings, noise.
TEXT_CONFIDENCE = 0.5
# Lines of an upright page are read so surely, and at least half as much of it as from any other side.
WELL_READ = 0.9
# So surely at least must lines be read that were found as one.
READ_APART = 0.8
# Red ink over this part of a line means that a seal may lie over its text.
SEAL_PART = 0.03
# Lines under a seal are looked for up to so many pixels above and below it, at detection's scale.
STRIP_MARGIN = 48
# The confidence of what the text layer says and the page does not show: too little to carry a pass or a fail.
UNSEEN_CONFIDENCE = 0.7
# Print is darker than the paper by so many grey levels; a seal in grey is lighter than print where its ink is so much
# nearer to the paper, as a part of the way.
PRINT_DEPTH, LIGHTER_PART = 60, 0.08
# A line that leans by so many degrees, so much longer than high, is written across the page.
LEAN, LEANING_LENGTH = 14.0, 2.0
# A line of which so much lies in another is a piece of it; lines of which less lies in one another are two.
PIECE, APART = 0.7, 0.2
# What of a line is no longer than so many of its heights beside a box is of the box.
LEAST_SIDE = 0.5
# Pages are stored with at most this many pixels on their long side.
STORED_SIDE, JPEG_QUALITY = 2000, 80


@dataclass(frozen=True)
class _Found:
    """Lines found on an image: quadrilaterals, n × 4 × 2 in pixels."""

    image: Image
    polygons: NDArray[np.float32]
    seals: Sequence[Ring] = ()
    """Where their ink was taken out of `image`."""
    stamped: Image | None = None
    """The page with the seals' ink."""


@dataclass(frozen=True)
class _Contents:
    """What was read on an upright page. `legibility` is the mean score of all its lines, those left out as well."""

    lines: list[Line]
    legibility: float
    seals: Sequence[Ring]
    rulings: Rulings


class Reader:
    """Reads sheets with one OCR engine, which is loaded when the first page needs it."""

    def __init__(self, settings: OcrSettings) -> None:
        self._settings = settings

    @cached_property
    def engine(self) -> Engine:
        """The engine of this process."""
        return Engine(self._settings)

    def read(self, sheet: Sheet, work: Path) -> Page:
        """Read one sheet; the upright image goes into the folder `work`.

        Lines of its text layer that do not show on it are kept, but never as sure: who looks at the page sees nothing.
        """
        page = self._seen(sheet, work)
        if sheet.unseen and page.rotation == 0:
            page.lines = _with_unseen(page.lines, sheet.unseen)
            page.source = "text_layer" if page.source == "blank" else page.source
        return page

    def _seen(self, sheet: Sheet, work: Path) -> Page:
        """Read what the sheet shows: by its text layer where that agrees with the picture, by recognition else."""
        if sheet.text_layer is not None and agrees(sheet.text_layer, sheet.image, self.engine):
            rulings = find_rulings(sheet.image)
            combs = [comb for comb in find_combs(sheet.image, rulings) if _fills(sheet.text_layer, comb)]
            rulings = replace(rulings, cells=with_combs(rulings.cells, combs))
            page = _page(sheet, sheet.image, rulings, sheet.text_layer, work, source="text_layer")
            return self._with_marks(page, find_seals(sheet.image), sheet.image)
        image = flattened(sheet.image)
        if is_blank(image):
            return _page(sheet, image, None, [], work, source="blank")
        found = _Found(image, self.engine.detect(image))
        if not len(found.polygons):
            return _page(sheet, image, None, [], work, source="blank" if ink_part(image) < 0.002 else "ocr")
        found, rotation = self._upright(found)
        found, skew = _deskewed(found)
        contents = self._contents(found)
        if rotation == 0 and contents.legibility < UPRIGHT_CONFIDENCE:
            found, rotation = self._most_legible(found)
            if rotation:
                found, more = _deskewed(found)
                skew += more
                contents = self._contents(found)
        page = _page(
            sheet, found.image, contents.rulings, contents.lines, work, source="ocr", rotation=rotation, skew=skew
        )
        return self._with_marks(page, contents.seals, found.image)

    def _contents(self, found: _Found) -> _Contents:
        """Read an upright page."""
        seals = find_seals(found.image)
        found = self._under_seals(self._under_watermark(found), seals)
        rulings = find_rulings(found.image, [_box_around(seal) for seal in seals])
        numbers = self._in_boxes(find_combs(found.image, rulings))
        rulings = replace(rulings, cells=with_combs(rulings.cells, [comb for comb, _ in numbers]))
        lines, legibility = self._lines(found, rulings, numbers)
        return _Contents(lines, legibility, seals, rulings)

    def _upright(self, found: _Found) -> tuple[_Found, int]:
        """Return a page whose lines stand on end turned so that they lie and can be read, and the degrees it took."""
        widths, heights = _sizes(found.polygons)
        standing = float(np.sum(heights[heights > 1.5 * widths])) > float(np.sum(widths[widths > 1.5 * heights]))
        if not standing:
            return found, 0
        candidates = [(_turned(found, rotation), rotation) for rotation in (90, 270)]
        return max(candidates, key=lambda candidate: self._legibility(candidate[0]))

    def _most_legible(self, found: _Found) -> tuple[_Found, int]:
        """Return a page that can hardly be read turned as it reads best, and the degrees it took.

        On its head it has lying lines as well; rows of small print on end are found as one, which lies.
        """
        aside = _turned(found, 90)
        aside = _Found(aside.image, self.engine.detect(aside.image))
        candidates = [(found, 0), (_turned(found, 180), 180), (aside, 90), (_turned(aside, 180), 270)]
        samples = [self._sample(one) for one, _ in candidates]
        # A few single characters may read well from any side.
        lengths = [_length_read(readings) for readings in samples]
        scores = [
            _mean_confidence(readings) if length >= max(lengths) / 2 else 0.0
            for readings, length in zip(samples, lengths, strict=True)
        ]
        return candidates[scores.index(max(scores))]

    def _legibility(self, found: _Found) -> float:
        """Return how surely a sample of lines was read."""
        return _mean_confidence(self._sample(found))

    def _sample(self, found: _Found) -> list[Reading]:
        """Return the readings of some lines: such as are about six times as long as they are high."""
        widths, heights = _sizes(found.polygons)
        order = np.argsort(np.abs(np.log(widths / np.maximum(heights, 1.0) / 6)), kind="stable")[:UPRIGHT_SAMPLE]
        return self.engine.recognise([cut_out(found.image, found.polygons[index]) for index in order.tolist()])

    def _in_boxes(self, combs: Sequence[Comb]) -> list[tuple[Comb, Reading]]:
        """Return the numbers that are written one character to a box, as they read where that is moved together."""
        numbers: list[tuple[Comb, Reading]] = []
        for comb in combs:
            readings = (comb.read(self.engine.recognise([comb.line(spacing)])[0]) for spacing in SPACINGS)
            read = next((one for one in readings if one is not None), None)
            if read is not None:
                numbers.append((comb, read))
        return numbers

    def _lines(
        self, found: _Found, rulings: Rulings, numbers: Sequence[tuple[Comb, Reading]]
    ) -> tuple[list[Line], float]:
        """Return the lines that can be read, and the mean score of all that were found, by their length.

        `numbers` were read in boxes: what was found of them besides is left out.
        """
        height, width = found.image.shape[:2]
        boxes = [_in_pixels(comb.box, width, height) for comb, _ in numbers]
        # What leans is written across the page: it stands in no cell.
        level: list[NDArray[np.float32]] = []
        leaning: list[NDArray[np.float32]] = []
        for polygon in found.polygons:
            (leaning if _leans(polygon) else level).append(polygon)
        for box in boxes:
            level = [rest for polygon in level for rest in _beside(polygon, box)]
        pieces, overruns = cut(found.image, level, rulings)
        polygons = [*pieces, *leaning]
        readings = self._recognise([cut_out(found.image, polygon) for polygon in polygons])
        for overrun in overruns:
            self._join(overrun, polygons, readings)
        readings = [*readings[: len(pieces)], *_without_watermarks(readings[len(pieces) :])]
        polygons, readings = self._apart(found.image, polygons, readings)
        polygons, readings = self._with_missed(found.image, rulings, polygons, readings)
        polygons, readings = [*polygons, *boxes], [*readings, *(reading for _, reading in numbers)]
        readings = self._certain(found, polygons, readings)
        lines = [
            _line(reading, polygon, width, height)
            for reading, polygon in zip(readings, polygons, strict=True)
            if reading.text.strip() and reading.confidence >= TEXT_CONFIDENCE
        ]
        lines = with_struck_out(lines, cast("NDArray[np.uint8]", cv2.cvtColor(found.image, cv2.COLOR_BGR2GRAY)))
        return sorted(lines, key=lambda line: (line.box[1], line.box[0])), _mean_confidence(readings)

    def _apart(
        self, image: Image, polygons: Sequence[NDArray[np.float32]], readings: Sequence[Reading]
    ) -> tuple[list[NDArray[np.float32]], list[Reading]]:
        """Return lines and their readings with those parted that were found as one, where they read better so."""
        apart = list[NDArray[np.float32]]()
        read = list[Reading]()
        rows = rows_of(image, polygons)
        for place, (polygon, reading) in enumerate(zip(polygons, readings, strict=True)):
            parted = rows.get(place, [])
            lines = self._recognise([cut_out(image, row) for row in parted]) if parted else []
            is_better = _mean_confidence(lines) > max(reading.confidence, READ_APART)
            apart += parted if is_better else [polygon]
            read += lines if is_better else [reading]
        return apart, read

    def _with_missed(
        self, image: Image, rulings: Rulings, polygons: list[NDArray[np.float32]], readings: list[Reading]
    ) -> tuple[list[NDArray[np.float32]], list[Reading]]:
        """Return lines and their readings with those that narrow cells hold besides, where they read surely."""
        height, width = image.shape[:2]
        read = [polygon for polygon, one in zip(polygons, readings, strict=True) if one.confidence >= TEXT_CONFIDENCE]
        cells = [
            (left * width, top * height, right * width, bottom * height) for left, top, right, bottom in rulings.cells
        ]
        missed = rows_missed(image, cells, read)
        anew = zip(missed, self._recognise([cut_out(image, polygon) for polygon in missed]), strict=True)
        sure = [(polygon, one) for polygon, one in anew if one.confidence >= READ_APART]
        return [*polygons, *(polygon for polygon, _ in sure)], [*readings, *(one for _, one in sure)]

    def _join(self, overrun: Overrun, polygons: Sequence[NDArray[np.float32]], readings: list[Reading]) -> None:
        """Put right, in place, the readings of pieces over whose edges a text runs."""
        whole = self._recognise([overrun.image])[0]
        pieces = [readings[index] for index in overrun.pieces]
        boxes = [polygons[index] for index in overrun.pieces]
        for index, reading in zip(overrun.pieces, settled(whole, pieces, boxes) or pieces, strict=True):
            readings[index] = reading

    def _under_watermark(self, found: _Found) -> _Found:
        """Find the lines anew without what is written across the page, where that is a watermark."""
        leaning = [polygon for polygon in found.polygons if _leans(polygon)]
        clean = without_writing_across(found.image, leaning) if leaning else None
        if clean is None:
            return found
        anew = self.engine.detect(clean)
        return _Found(clean, anew) if len(anew) else found

    def _under_seals(self, found: _Found, seals: Sequence[Ring]) -> _Found:
        """Find the lines under seals anew, without the seals' ink.

        Grey ink cannot be taken out of grey print: lines that are found where it is made lighter come on top.
        """
        coloured = [seal for seal in seals if seal.ink != "dark"]
        grey = [seal for seal in seals if seal.ink == "dark"]
        image, polygons = found.image, list(found.polygons)
        if coloured:
            image = without_seals(found.image, coloured)
            touched = [polygon for polygon in polygons if _touches(polygon, coloured)]
            anew = [
                line
                for line in self._detected_in_strips(image, coloured)
                # Without the seal's ink a line may end before it.
                if _touches(line, coloured) or any(_part_in(line, other) > PIECE for other in touched)
            ]
            kept = _outside([polygon for polygon in polygons if not _touches(polygon, coloured)], anew)
            polygons = [*kept, *_outside(anew, kept)]
        if grey and (lighter := with_lighter_seals(found.image, grey)) is not None:
            polygons += [
                one
                for one in self._detected_in_strips(lighter, grey)
                if _touches(one, grey)
                and all(max(_part_in(one, other), _part_in(other, one)) < APART for other in polygons)
            ]
        return _Found(
            image,
            np.array(polygons, dtype=np.float32).reshape(-1, 4, 2),
            coloured,
            stamped=found.image if coloured else None,
        )

    def _detected_in_strips(self, image: Image, seals: Sequence[Ring]) -> list[NDArray[np.float32]]:
        """Find the lines in the strips across the page where seals lie."""
        height, width = image.shape[:2]
        scale = min(1.0, DETECTION_SIDE / max(height, width))
        lines: list[NDArray[np.float32]] = []
        for top, bottom in _strips(seals, height, scale):
            strip = image[top:bottom]
            # Of a size that the engine leaves as it is: lines are found in strips as they are on pages.
            size = (_whole_tiles(scale * width), _whole_tiles(scale * (bottom - top)))
            small = cv2.resize(strip, size, interpolation=cv2.INTER_LINEAR)
            by = np.array([width / size[0], (bottom - top) / size[1]], dtype=np.float32)
            start = np.array([0, top], dtype=np.float32)
            lines += [polygon * by + start for polygon in self.engine.detect(cast("Image", small))]
        return lines

    def _certain(
        self, found: _Found, polygons: Sequence[NDArray[np.float32]], readings: Sequence[Reading]
    ) -> list[Reading]:
        """Lower the confidence of lines under seals that read otherwise where the ink is only seen through.

        The second look is a little wider: ink that is taken out may take a line's first or last character with it.
        """
        certain = list(readings)
        if found.stamped is None:
            return certain
        inks: dict[int, Ink] = {
            index: next(seal.ink for seal in found.seals if _touches(polygon, [seal]))
            for index, polygon in enumerate(polygons)
            if _touches(polygon, found.seals) and certain[index].confidence > DOUBTED
        }
        images = [through(cut_out(found.stamped, _widened(polygons[index])), ink) for index, ink in inks.items()]
        for index, other in zip(inks, self.engine.recognise(images), strict=True):
            if _bare(other.text) != _bare(certain[index].text):
                certain[index] = _doubted(certain[index], other)
        return certain

    def _with_marks(self, page: Page, seals: Sequence[Ring], image: Image) -> Page:
        """Add what is neither text nor table: seals and codes."""
        for seal in seals:
            text, score, readings = read_name(self.engine, image, seal)
            if text is None and seal.ink == "dark":
                continue
            box = _fractions(
                seal.x - seal.radius,
                seal.y - seal.radius,
                seal.x + seal.radius,
                seal.y + seal.radius,
                image.shape[1],
                image.shape[0],
            )
            # A coloured ring without a name may be a seal that is too faint to read, or another mark.
            confidence = round(score if text else min(seal.part, DOUBTED), 4)
            page.seals.append(
                Seal(
                    text=text,
                    confidence=confidence,
                    file=page.file,
                    page=page.number,
                    box=box,
                    readings=readings,
                )
            )
        page.codes = read_barcodes(image, page.file, page.number)
        return page

    def _recognise(self, images: Sequence[Image]) -> list[Reading]:
        """Read line images; where red ink lies over a line, also without it, and keep what reads better."""
        readings = self.engine.recognise(images)
        sealed = [index for index, image in enumerate(images) if red_part(image) > SEAL_PART]
        cleaned = self.engine.recognise([without_ink(images[index], "red") for index in sealed])
        for index, reading in zip(sealed, cleaned, strict=True):
            if len(reading.text) * 2 >= len(readings[index].text) and reading.confidence > readings[index].confidence:
                readings[index] = reading
        return readings


def is_blank(image: Image) -> bool:
    """Say whether the page carries nothing but paper: no ink apart from specks, dirt at the edges and shadow."""
    return ink_part(image) < 0.0002


def ink_part(image: Image) -> float:
    """Return the part of the page's inner area that is covered by ink, specks taken out."""
    grey, _ = shrunk(cast("NDArray[np.uint8]", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)), 1000)
    ink = cv2.adaptiveThreshold(
        cv2.GaussianBlur(grey, (3, 3), 0), 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 18
    )
    ink = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    rows, columns = ink.shape[:2]
    inner = ink[int(rows * 0.04) : int(rows * 0.96), int(columns * 0.04) : int(columns * 0.96)]
    return float(np.mean(inner))


def without_seals(image: Image, seals: Sequence[Ring]) -> Image:
    """Return the page with the seals' ink taken out where they lie."""
    clean = image.copy()
    height, width = image.shape[:2]
    for seal in seals:
        reach = seal.radius * 1.05
        left, top = max(int(seal.x - reach), 0), max(int(seal.y - reach), 0)
        right, bottom = min(int(seal.x + reach), width), min(int(seal.y + reach), height)
        part = clean[top:bottom, left:right]
        part[:] = without_ink(np.ascontiguousarray(part), seal.ink)
    return clean


def with_lighter_seals(image: Image, seals: Sequence[Ring]) -> Image | None:
    """Return the page with the seals in grey made paper; None where their ink is no lighter than the darkest print.

    Thin strokes are grey as well: what is left is large print, such as a title.
    """
    grey = cast("NDArray[np.uint8]", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    paper = float(np.percentile(grey[::4, ::4], 80))
    ink = grey[grey < paper - PRINT_DEPTH]
    if not len(ink):
        return None
    print_level = float(np.percentile(ink, 2))
    clean = image.copy()
    height, width = grey.shape[:2]
    is_lighter = False
    for seal in seals:
        level = _level(grey, seal)
        if level - print_level < LIGHTER_PART * (paper - print_level):
            continue
        is_lighter = True
        reach = seal.radius * 1.05
        left, top = max(int(seal.x - reach), 0), max(int(seal.y - reach), 0)
        right, bottom = min(int(seal.x + reach), width), min(int(seal.y + reach), height)
        part = clean[top:bottom, left:right].astype(np.float32)
        # A little darker than the seal is its ink still.
        white = level - 0.12 * (level - print_level)
        clean[top:bottom, left:right] = np.clip((part - print_level) / (white - print_level) * 255, 0, 255)
    return clean if is_lighter else None


def _box_around(seal: Ring) -> tuple[float, float, float, float]:
    reach = 1.1 * seal.radius
    return seal.x - reach, seal.y - reach, seal.x + reach, seal.y + reach


def _level(grey: NDArray[np.uint8], seal: Ring) -> float:
    """Return the grey level of a ring's ink: of the darkest pixels across it, where no print lies over it."""
    x, y, across, down = seal.points(np.linspace(0, 2 * np.pi, 360, endpoint=False, dtype=np.float32))
    steps = np.arange(-4, 5, dtype=np.float32)[:, None]
    columns = np.clip(np.rint(x + steps * across), 0, grey.shape[1] - 1).astype(np.intp)
    rows = np.clip(np.rint(y + steps * down), 0, grey.shape[0] - 1).astype(np.intp)
    darkest = cast("NDArray[np.uint8]", grey[rows, columns].min(axis=0))
    return float(np.percentile(darkest, 25))


def is_colour(image: Image) -> bool:
    """Say whether the page was scanned in colour: even on a page without any, a colour scanner's channels differ."""
    sample = np.ascontiguousarray(image[::4, ::4])
    blue, green, red = cv2.split(sample)
    return float(np.mean(cv2.absdiff(red, green))) + float(np.mean(cv2.absdiff(red, blue))) > 1.0


def fingerprint(image: Image) -> str:
    """Return the page's perceptual hash: 64 bits of its low frequencies, in hexadecimal."""
    digest = cast("NDArray[np.uint8]", cv2.img_hash.pHash(image))
    return digest.tobytes().hex()


def _page(
    sheet: Sheet,
    image: Image,
    rulings: Rulings | None,
    lines: list[Line],
    work: Path,
    *,
    source: PageSource,
    rotation: int = 0,
    skew: float = 0.0,
) -> Page:
    height, width = image.shape[:2]
    file = hashlib.sha256(sheet.file.encode()).hexdigest()[:16]
    path = work / f"page-{file}-{sheet.number:05d}.jpg"
    cv2.imwrite(str(path), shrunk(image, STORED_SIDE)[0], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return Page(
        file=sheet.file,
        number=sheet.number,
        width=width,
        height=height,
        rotation=rotation,
        skew=skew,
        source=source,
        lines=lines,
        cells=around_text(rulings.cells, lines) if rulings else [],
        image=path,
        fingerprint=None if source == "blank" else fingerprint(image),
        # As it was scanned: evened light may take the paper's own tint.
        colour=is_colour(sheet.image),
    )


def _mean_confidence(readings: Sequence[Reading]) -> float:
    """Return how surely lines were read, by their length."""
    length = sum(len(reading.text) for reading in readings)
    return sum(reading.confidence * len(reading.text) for reading in readings) / max(length, 1)


def _length_read(readings: Sequence[Reading]) -> int:
    """Return how many characters were read well."""
    return sum(len(reading.text) for reading in readings if reading.confidence >= WELL_READ)


def _bare(text: str) -> str:
    """Return a reading without its spaces and all signs but the decimal point."""
    return re.sub(r"[^\w.]|_", "", text)


def _doubted(reading: Reading, other: Reading) -> Reading:
    """Return a reading that is unsure where another one says something else."""
    blocks = Levenshtein.opcodes(reading.text, other.text).as_matching_blocks()
    alike = {block.a + step for block in blocks for step in range(block.size)}
    return reading.doubted(alike)


def _widened(polygon: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a line's quadrilateral with room for one more digit at either end."""
    along = polygon[1] - polygon[0]
    more = along / max(float(np.linalg.norm(along)), 1.0) * 0.6 * float(np.linalg.norm(polygon[3] - polygon[0]))
    return polygon + np.stack([-more, more, more, -more])


def _strips(seals: Sequence[Ring], height: int, scale: float) -> list[tuple[int, int]]:
    """Return the tops and bottoms of strips across the page that hold all lines on seals, top to bottom."""
    strips: list[tuple[int, int]] = []
    for seal in sorted(seals, key=lambda seal: seal.y - seal.radius):
        reach = seal.radius + STRIP_MARGIN / scale
        top, bottom = max(int(seal.y - reach), 0), min(int(seal.y + reach) + 1, height)
        if strips and top < strips[-1][1]:
            strips[-1] = strips[-1][0], max(bottom, strips[-1][1])
        else:
            strips.append((top, bottom))
    return strips


def _whole_tiles(length: float) -> int:
    """Return the length that detection brings one to: it takes tiles of 32 pixels."""
    return max(round(length / DETECTION_TILE), 1) * DETECTION_TILE


def _in_pixels(box: Box, width: int, height: int) -> NDArray[np.float32]:
    """Return the quadrilateral of a box."""
    return upright(box[0] * width, box[1] * height, box[2] * width, box[3] * height)


def _beside(polygon: NDArray[np.float32], box: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return what of a line lies to the left and to the right of a box in its row."""
    (left, top), (right, bottom) = polygon.min(axis=0).tolist(), polygon.max(axis=0).tolist()
    (box_left, box_top), (box_right, box_bottom) = box.min(axis=0).tolist(), box.max(axis=0).tolist()
    if not box_top < (top + bottom) / 2 < box_bottom or left >= box_right or right <= box_left:
        return [polygon]
    sides = ((left, min(right, box_left)), (max(left, box_right), right))
    return [upright(start, top, end, bottom) for start, end in sides if end - start > LEAST_SIDE * (bottom - top)]


def _touches(polygon: NDArray[np.float32], seals: Sequence[Ring]) -> bool:
    """Say whether a line's box reaches into a seal."""
    left, top = polygon.min(axis=0).tolist()
    right, bottom = polygon.max(axis=0).tolist()
    return any(
        np.hypot(max(left - seal.x, seal.x - right, 0), max(top - seal.y, seal.y - bottom, 0)) < seal.radius
        for seal in seals
    )


def _part_in(polygon: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the part of a line's box that lies in another's."""
    (left, top), (right, bottom) = polygon.min(axis=0).tolist(), polygon.max(axis=0).tolist()
    (other_left, other_top), (other_right, other_bottom) = other.min(axis=0).tolist(), other.max(axis=0).tolist()
    across = min(right, other_right) - max(left, other_left)
    down = min(bottom, other_bottom) - max(top, other_top)
    return max(across, 0.0) * max(down, 0.0) / max((right - left) * (bottom - top), 1.0)


def _outside(
    polygons: Sequence[NDArray[np.float32]], others: Sequence[NDArray[np.float32]]
) -> list[NDArray[np.float32]]:
    """Return the lines that are not, for the most part, a piece of one of the others."""
    return [polygon for polygon in polygons if all(_part_in(polygon, other) < PIECE for other in others)]


def _sizes(polygons: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the widths and heights of the quadrilaterals' upright boxes."""
    extent = polygons.max(axis=1) - polygons.min(axis=1)
    return extent[:, 0], extent[:, 1]


def _turned(found: _Found, rotation: int) -> _Found:
    """Turn the image and its lines clockwise by 0, 90, 180 or 270 degrees."""
    if rotation == 0:
        return found
    height, width = found.image.shape[:2]
    x, y = found.polygons[:, :, 0], found.polygons[:, :, 1]
    if rotation == 90:
        image, points = cv2.rotate(found.image, cv2.ROTATE_90_CLOCKWISE), np.stack([height - y, x], axis=-1)
    elif rotation == 180:
        image, points = cv2.rotate(found.image, cv2.ROTATE_180), np.stack([width - x, height - y], axis=-1)
    else:
        image, points = cv2.rotate(found.image, cv2.ROTATE_90_COUNTERCLOCKWISE), np.stack([y, width - x], axis=-1)
    polygons = [_clockwise(polygon) for polygon in points]
    return _Found(cast("Image", image), np.stack(polygons) if polygons else points)


def _clockwise(polygon: NDArray[np.float32]) -> NDArray[np.float32]:
    """Order a quadrilateral's corners clockwise from its top left."""
    by_x = polygon[np.argsort(polygon[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    top_left, bottom_left = left[np.argsort(left[:, 1], kind="stable")]
    top_right, bottom_right = right[np.argsort(right[:, 1], kind="stable")]
    return np.array([top_left, top_right, bottom_right, bottom_left], dtype=np.float32)


def _deskewed(found: _Found) -> tuple[_Found, float]:
    """Undo a small turn of the whole page; return the angle in degrees, positive where it was turned clockwise."""
    skew = _skew(found)
    if not SKEW_MIN <= abs(skew) <= SKEW_MAX:
        return found, 0.0
    height, width = found.image.shape[:2]
    transform = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    paper = [int(np.percentile(found.image[::8, ::8, channel], 90)) for channel in range(3)]
    image = cv2.warpAffine(found.image, transform, (width, height), flags=cv2.INTER_LINEAR, borderValue=paper)
    points = cv2.transform(found.polygons.reshape(-1, 1, 2), transform).reshape(-1, 4, 2)
    return _Found(cast("Image", image), points.astype(np.float32)), skew


def _skew(found: _Found) -> float:
    """Return the page's turn in degrees: as its rulings show it, or else its long lines of text."""
    angles, lengths = ruling_angles(found.image)
    if lengths.sum() < found.image.shape[1] / 2:
        along = (found.polygons[:, 1] + found.polygons[:, 2] - found.polygons[:, 0] - found.polygons[:, 3]) / 2
        across = (found.polygons[:, 2] + found.polygons[:, 3] - found.polygons[:, 0] - found.polygons[:, 1]) / 2
        lengths = np.hypot(along[:, 0], along[:, 1])
        # A short box is as crooked as its detection.
        telling = lengths > 5 * np.hypot(across[:, 0], across[:, 1])
        angles, lengths = np.degrees(np.arctan2(along[:, 1], along[:, 0]))[telling], lengths[telling] ** 2
    if not len(angles):
        return 0.0
    order = np.argsort(angles)
    cumulative = np.cumsum(lengths[order])
    return float(angles[order][np.searchsorted(cumulative, cumulative[-1] / 2)])


def _leans(polygon: NDArray[np.float32]) -> bool:
    """Say whether a line climbs or falls over its page, which lies straight; what is short leans as it was found."""
    along = (polygon[1] + polygon[2] - polygon[0] - polygon[3]) / 2
    across = (polygon[2] + polygon[3] - polygon[0] - polygon[1]) / 2
    lean = abs(float(np.degrees(np.arctan2(along[1], along[0]))))
    is_long = float(np.linalg.norm(along)) > LEANING_LENGTH * float(np.linalg.norm(across))
    return is_long and min(lean, 180 - lean) > LEAN


def _without_watermarks(leaning: Sequence[Reading]) -> list[Reading]:
    """Return the readings of leaning lines without what several of them say, in part or whole: a watermark."""
    texts = [_bare(reading.text) for reading in leaning]
    times = [sum(bool(other) and (text in other or other in text) for other in texts) for text in texts]
    return [
        reading if not text or number < REPEATED else Reading("")
        for reading, text, number in zip(leaning, texts, times, strict=True)
    ]


def _line(reading: Reading, polygon: NDArray[np.float32], width: int, height: int) -> Line:
    left, top = polygon.min(axis=0).tolist()
    right, bottom = polygon.max(axis=0).tolist()
    box = _fractions(left, top, right, bottom, width, height)
    return Line(
        text="".join(map(simplified, reading.text)),
        box=box,
        confidence=min(reading.confidence, 1.0),
        extents=_extents(reading.centres, box, reach=0.36 * (bottom - top) / width),
        scores=list(reading.scores),
        alternatives={place: list(others) for place, others in reading.alternatives.items()},
    )


def _fills(lines: Sequence[Line], comb: Comb) -> bool:
    """Say whether the lines of a text layer set one character into every box of a comb that is written in."""
    left, top, right, bottom = comb.box
    inside = [
        character
        for line in lines
        if top <= (line.box[1] + line.box[3]) / 2 <= bottom
        for character, (start, end) in zip(line.text, line.extents, strict=True)
        if left <= (start + end) / 2 <= right and not character.isspace()
    ]
    return len(inside) == len(comb.written)


def _with_unseen(lines: Sequence[Line], unseen: Sequence[Line]) -> list[Line]:
    """Put lines that do not show in the place of what was read there, such as the boxes of a missing font."""
    kept = [line for line in lines if not any(_is_within(line.box, other.box) for other in unseen)]
    told = [line.model_copy(update={"confidence": UNSEEN_CONFIDENCE}) for line in unseen]
    return sorted([*kept, *told], key=lambda line: (line.box[1], line.box[0]))


def _is_within(inner: Box, outer: Box) -> bool:
    """Say whether the middle of a box lies in another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _extents(centres: Sequence[float], box: Box, reach: float) -> list[tuple[float, float]]:
    """Give every character the room up to half way to its neighbours, but not more than `reach` to either side."""
    placed = [box[0] + centre * (box[2] - box[0]) for centre in centres]
    borders = [box[0], *((a + b) / 2 for a, b in itertools.pairwise(placed)), box[2]]
    return [
        (max(left, centre - reach), min(right, centre + reach))
        for centre, (left, right) in zip(placed, itertools.pairwise(borders), strict=True)
    ]


def _fractions(left: float, top: float, right: float, bottom: float, width: int, height: int) -> Box:
    values = (left / width, top / height, right / width, bottom / height)
    return cast("Box", tuple(round(min(max(value, 0.0), 1.0), 5) for value in values))
