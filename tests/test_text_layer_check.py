"""A text layer that lies is not believed over the picture; one that does not show is not lost."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pdfplumber
import pikepdf
import PIL.Image
import pytest
from opened import all_sheets

from extractors.opening import Sheet
from extractors.reading import UNSEEN_CONFIDENCE, Reader
from schemas.page import Page
from schemas.settings import OcrSettings
from validators.certainty import SURE

DIGITAL = Path(__file__).parent / "resources" / "digital.pdf"
CODE = "91350100M000100Y43"
# The cell of the code on that page, in points, and as parts of its picture: left, top, right, bottom.
CODE_CELL = (342, 658, 470, 676)
CODE_PART = (0.575, 0.198, 0.79, 0.219)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(OcrSettings())


@pytest.fixture
def read(reader: Reader, tmp_path: Path) -> Callable[[pikepdf.Pdf], Page]:
    def read(pdf: pikepdf.Pdf) -> Page:
        path = tmp_path / "a.pdf"
        pdf.save(path)
        return reader.read(sheet_of(path), tmp_path)

    return read


def sheet_of(path: Path) -> Sheet:
    (sheet,) = all_sheets(path)
    return sheet


def text(page: Page) -> str:
    return "\n".join("".join(line.text.split()) for line in page.lines)


def remapped(change: Callable[[str], str]) -> pikepdf.Pdf:
    """The digital page with a font that tells other characters than it draws."""
    pdf = pikepdf.open(DIGITAL)
    for font in pdf.pages[0].Resources.Font.values():
        changed: list[str] = []
        for line in font.ToUnicode.read_bytes().decode().splitlines():
            source, _, target = line.partition(" ")
            if source.startswith("<") and len(target) == 6:
                changed.append(f"{source} <{ord(change(chr(int(target[1:5], 16)))):04x}>")
            else:
                changed.append(line)
        font.ToUnicode = pdf.make_stream("\n".join(changed).encode())
    return pdf


def draw(pdf: pikepdf.Pdf, image: PIL.Image.Image, box: tuple[float, ...]) -> None:
    """Draw a picture over a part of the only page: left, bottom, right, top in points."""
    page = pdf.pages[0]
    stream = pdf.make_stream(
        image.convert("RGB").tobytes(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
    )
    name = page.add_resource(stream, pikepdf.Name.XObject)
    left, bottom, right, top = box
    page.contents_add(b"q", prepend=True)
    page.contents_add(f"Q q {right - left} 0 0 {top - bottom} {left} {bottom} cm {name} Do Q".encode())


def picture() -> PIL.Image.Image:
    return PIL.Image.fromarray(np.ascontiguousarray(sheet_of(DIGITAL).image[:, :, ::-1]))


def boxes_for(words: str) -> pikepdf.Pdf:
    """A page that says these words in a font all of whose characters are one box."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    different = list(dict.fromkeys(words))
    codes = {character: code for code, character in enumerate(different, start=65)}
    mapping = "\n".join(f"<{code:02x}> <{ord(character):04x}>" for character, code in codes.items())
    box = pdf.make_stream(b"1000 0 0 0 1000 1000 d1 60 w 100 0 800 800 re S")
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type3,
        FontBBox=[0, 0, 1000, 1000],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        FirstChar=65,
        LastChar=64 + len(codes),
        Widths=[1000] * len(codes),
        CharProcs=pikepdf.Dictionary({f"/g{code}": box for code in codes.values()}),
        Encoding=pikepdf.Dictionary(
            Type=pikepdf.Name.Encoding,
            Differences=[65, *(pikepdf.Name(f"/g{code}") for code in codes.values())],
        ),
        ToUnicode=pdf.make_stream(
            b"begincmap\n1 begincodespacerange\n<00> <ff>\nendcodespacerange\n"
            + f"{len(codes)} beginbfchar\n{mapping}\nendbfchar\nendcmap".encode()
        ),
    )
    name = page.add_resource(font, pikepdf.Name.Font)
    shown = "".join(f"{codes[character]:02x}" for character in words)
    page.contents_add(f"BT {name} 14 Tf 80 700 Td <{shown}> Tj ET".encode())
    return pdf


def test_an_honest_layer_is_believed(read):
    page = read(pikepdf.open(DIGITAL))
    assert page.source == "text_layer"
    assert CODE in text(page)
    assert {line.confidence for line in page.lines} == {1.0}


def test_figures_that_the_font_tells_wrongly_are_read_from_the_picture(read):
    page = read(remapped(lambda one: "7" if one == "1" else one))
    assert page.source == "ocr"
    assert CODE in text(page)


def test_a_name_that_the_font_tells_wrongly_is_read_from_the_picture(read):
    page = read(remapped(lambda one: "李" if one == "张" else one))
    assert page.source == "ocr"
    assert "张样例" in text(page)


def test_garbage_is_read_from_the_picture(read):
    page = read(remapped(lambda one: chr(0x4E00 + ord(one) * 7919 % 0x5000)))
    assert page.source == "ocr"
    assert CODE in text(page)


def test_one_covered_value_is_read_from_the_picture(read):
    whole = picture()
    sides = [part * side for part, side in zip(CODE_PART, whole.size * 2, strict=True)]
    cell = whole.crop(tuple(round(side) for side in sides))
    # The same figures in another order: nothing but the order tells them from the layer's.
    turned = PIL.Image.new("RGB", cell.size, "white")
    half = cell.width // 2
    turned.paste(cell.crop((half, 0, cell.width, cell.height)), (0, 0))
    turned.paste(cell.crop((0, 0, half, cell.height)), (cell.width - half, 0))
    pdf = pikepdf.open(DIGITAL)
    draw(pdf, turned, CODE_CELL)
    assert CODE in text_of_layer(pdf)
    page = read(pdf)
    assert page.source == "ocr"
    assert CODE not in text(page)


def text_of_layer(pdf: pikepdf.Pdf) -> str:
    """What the file's text says, believed or not."""
    buffer = io.BytesIO()
    pdf.save(buffer)
    with pdfplumber.open(buffer) as opened:
        return opened.pages[0].extract_text()


def test_a_wrong_invisible_layer_over_a_scan_is_not_believed(read):
    pdf = remapped(lambda one: "7" if one == "1" else one)
    pdf.pages[0].contents_add(b"3 Tr", prepend=True)
    draw(pdf, picture(), (0, 0, 595, 842))
    page = read(pdf)
    assert page.source == "ocr"
    assert CODE in text(page)


def test_text_that_leaves_no_ink_is_kept_but_not_sure(read):
    pdf = pikepdf.open(DIGITAL)
    content = pdf.pages[0].Contents.read_bytes()
    pdf.pages[0].Contents = pdf.make_stream(b"1 1 1 rg " + content.replace(b"0 0 0 rg", b"1 1 1 rg"))
    page = read(pdf)
    assert CODE in text(page)
    assert {line.confidence for line in page.lines if CODE in line.text} == {UNSEEN_CONFIDENCE}
    assert UNSEEN_CONFIDENCE < SURE


def test_text_in_a_font_of_boxes_is_kept_but_not_sure(read):
    words = "统一社会信用代码样例市"
    page = read(boxes_for(words))
    assert [line.text for line in page.lines] == [words]
    assert page.lines[0].confidence == UNSEEN_CONFIDENCE
