"""A page that was read before is not read again, and is the same page."""

from pathlib import Path

import numpy as np
import pytest

from extractors import page_cache
from extractors.opening import Sheet
from extractors.page_cache import RememberingReader
from schemas.page import Code, Line, Page, Seal, SealReading
from schemas.settings import OcrSettings

PICTURE = bytes(range(256)) * 160


class Counting:
    """Makes up a page, and counts how often it was asked to."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, sheet: Sheet, work: Path) -> Page:
        self.asked += 1
        image = work / f"{self.asked}.jpg"
        image.write_bytes(PICTURE)
        box = (0.1, 0.1, 0.2, 0.2)
        line = Line(
            text="8B",
            box=box,
            confidence=0.9,
            extents=[(0.1, 0.2)] * 2,
            scores=[0.9, 0.8],
            alternatives={1: [("8", 0.2)]},
        )
        return Page(
            file=sheet.file,
            number=sheet.number,
            width=sheet.image.shape[1],
            height=sheet.image.shape[0],
            source="ocr",
            lines=[line],
            image=image,
            seals=[
                Seal(
                    text="样例",
                    confidence=0.9,
                    file=sheet.file,
                    page=sheet.number,
                    box=box,
                    readings=[SealReading(text=text) for text in ("样例", "样侧")],
                )
            ],
            codes=[Code(format="QRCode", text="1", file=sheet.file, page=sheet.number, box=box)],
        )


def sheet(file: str = "a.pdf", number: int = 1, shade: int = 200, words: str | None = None) -> Sheet:
    layer = None
    if words is not None:
        layer = [Line(text=words, box=(0, 0, 1, 1), confidence=1.0, extents=[(0, 1)] * len(words))]
    return Sheet(file=file, number=number, image=np.full((40, 30, 3), shade, np.uint8), dpi=200.0, text_layer=layer)


@pytest.fixture
def counting() -> Counting:
    return Counting()


def remembering(reader: Counting, folder: Path, size: int = 1_000_000, **settings: str) -> RememberingReader:
    return RememberingReader(reader, OcrSettings.model_validate(settings), folder / "kept", size)


def test_the_same_pixels_are_read_once_and_stand_where_they_are_found(counting: Counting, tmp_path: Path) -> None:
    first = remembering(counting, tmp_path).read(sheet("a.pdf", 1), tmp_path)
    again = remembering(counting, tmp_path).read(sheet("b.pdf", 7), tmp_path)
    assert counting.asked == 1
    assert (again.file, again.number) == ("b.pdf", 7)
    assert {(one.file, one.page) for one in (*again.seals, *again.codes)} == {("b.pdf", 7)}
    assert again.image is not None
    assert again.image != first.image
    assert again.image.read_bytes() == PICTURE
    assert [one.text for one in again.seals[0].readings] == ["样例", "样侧"]
    assert again.lines == first.lines


def test_other_pixels_other_words_and_other_models_are_read(counting: Counting, tmp_path: Path) -> None:
    reader = remembering(counting, tmp_path)
    reader.read(sheet(), tmp_path)
    reader.read(sheet(shade=201), tmp_path)
    reader.read(sheet(words="合同"), tmp_path)
    reader.read(sheet(words="合约"), tmp_path)
    remembering(counting, tmp_path, recognition_model="another").read(sheet(), tmp_path)
    assert counting.asked == 5


def test_what_is_kept_is_bounded(counting: Counting, tmp_path: Path) -> None:
    reader = remembering(counting, tmp_path, size=2_000_000)
    for shade in range(250):
        reader.read(sheet(shade=shade), tmp_path)
    pictures = [path.stat().st_size for path in (tmp_path / "kept").rglob("*.val")]
    assert 10 * len(PICTURE) < sum(pictures) < 2_000_000
    reader.read(sheet(shade=249), tmp_path)
    assert counting.asked == 250


def test_a_cache_that_fails_costs_no_page(counting: Counting, tmp_path: Path) -> None:
    reader = remembering(counting, tmp_path)
    for path in (tmp_path / "kept").glob("cache.db*"):
        path.write_bytes(b"no database" * 1000)
    assert reader.read(sheet(), tmp_path).lines[0].text == "8B"


def test_what_another_processor_read_is_read_again(
    counting: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for precision, asked in (("bfloat16", 1), ("float32", 2), ("bfloat16", 2)):
        monkeypatch.setattr(page_cache, "recognition_precision", lambda _, of=precision: of)
        remembering(counting, tmp_path).read(sheet(), tmp_path)
        assert counting.asked == asked


def test_what_fewer_threads_read_is_not_read_again(counting: Counting, tmp_path: Path) -> None:
    for threads in (1, 2):
        RememberingReader(counting, OcrSettings(threads=threads), tmp_path / "kept", 1_000_000).read(sheet(), tmp_path)
    assert counting.asked == 1


def test_a_page_is_kept_no_longer_than_that(counting: Counting, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for seconds in (0.0, None):
        RememberingReader(counting, OcrSettings(), kept, 1_000_000, seconds).read(sheet(), tmp_path)
    assert counting.asked == 2
    assert kept.stat().st_mode & 0o077 == 0
    page_cache.expire(kept)
    RememberingReader(counting, OcrSettings(), kept, 1_000_000).read(sheet(), tmp_path)
    assert counting.asked == 2
    RememberingReader(counting, OcrSettings(), kept, 1_000_000, 0.0).read(sheet(shade=7), tmp_path)
    size = sum(path.stat().st_size for path in kept.rglob("*.val"))
    page_cache.expire(kept)
    assert sum(path.stat().st_size for path in kept.rglob("*.val")) < size
