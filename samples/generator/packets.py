"""Packets: set pages become files as an applicant mails them, in one of several containers."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pikepdf
import pypdfium2
from PIL import Image

from samples.generator import defects

CONTAINERS = (
    *("digital_pdf", "scanned_pdf", "mixed_pdf", "rotated_pdf", "layered_pdf"),
    *("jpeg", "png", "tiff", "zip"),
)


@dataclass(frozen=True)
class Sheet:
    """A page on its way into a file: its number in the set PDF (None: blank) and its paper's place.

    `lent`: the page is another applicant's, kept among this one's papers.
    """

    number: int | None
    paper: int | None
    lent: bool = False


@dataclass(frozen=True)
class Placed:
    """Where a sheet ended up; `page` counts from 1. `quality` and `marks` are those of the scan, `digital` of none.

    `colour`: red ink on it would show red.
    """

    sheet: Sheet
    file: str
    page: int
    quality: str
    colour: bool
    marks: tuple[str, ...] = ()


@dataclass
class _Desk:
    """What is needed to turn sheets into files."""

    random: Random
    folder: Path
    pdf: bytes
    by: defects.Scanner

    def scan(self, sheet: Sheet) -> defects.Scan:
        """Scan a sheet, or the blank back of one."""
        if sheet.number is not None:
            return defects.scan(self.random, self.pdf, sheet.number, self.by)
        blank = pikepdf.new()
        blank.add_blank_page(page_size=(595, 842))
        packed = io.BytesIO()
        blank.save(packed)
        return defects.scan(self.random, packed.getvalue(), 0, self.by)


def pack(
    random: Random, folder: Path, pdf: bytes, sheets: Sequence[Sheet], *, container: str, quality: str
) -> list[Placed]:
    """Write the sheets, in order, as files into the folder; return where each stands."""
    folder.mkdir(parents=True, exist_ok=True)
    desk = _Desk(random, folder, pdf, defects.scanner(random, quality))
    match container:
        case "digital_pdf":
            return _digital(desk, sheets)
        case "scanned_pdf":
            return _one_pdf(desk, "packet.pdf", sheets)
        case "rotated_pdf":
            return _one_pdf(desk, "扫描件.pdf", sheets, turned=True)
        case "layered_pdf":
            return _one_pdf(desk, "packet_ocr.pdf", sheets, layered=True)
        case "mixed_pdf":
            return _mixed(desk, sheets)
        case "jpeg":
            return _jpegs(desk, sheets)
        case "png":
            return _pngs(desk, sheets)
        case "tiff":
            return _tiff(desk, sheets)
        case "zip":
            return _zip(desk, sheets)
        case _:
            raise ValueError(container)


def _placed(sheet: Sheet, file: str, page: int, scan: defects.Scan | None) -> Placed:
    if scan is None:
        return Placed(sheet, file, page, "digital", colour=True)
    return Placed(sheet, file, page, scan.quality, scan.pixels.ndim == 3, scan.marks)


def _append_image(target: pikepdf.Pdf, pixels: defects.Pixels, by: defects.Scanner) -> pikepdf.Page:
    """Append a scanned page: JPEG, or fax code where the scan is bitonal."""
    height, width = pixels.shape[:2]
    options = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": width, "Height": height}
    if by.colour == "bitonal":
        picture = pikepdf.Stream(
            target,
            defects.group4(pixels),
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=1,
            Filter=pikepdf.Name.CCITTFaxDecode,
            DecodeParms=pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True),
            **options,
        )
    else:
        picture = pikepdf.Stream(
            target,
            defects.jpeg(pixels, by),
            ColorSpace=pikepdf.Name.DeviceRGB if pixels.ndim == 3 else pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
            **options,
        )
    size = (width * 72 / by.dpi, height * 72 / by.dpi)
    page = target.add_blank_page(page_size=size)
    name = page.add_resource(picture, pikepdf.Name.XObject, pikepdf.Name.Scan)
    page.contents_add(f"q {size[0]:.2f} 0 0 {size[1]:.2f} 0 0 cm {name} Do Q".encode())
    return page


def _one_pdf(
    desk: _Desk, name: str, sheets: Sequence[Sheet], *, turned: bool = False, layered: bool = False
) -> list[Placed]:
    """Write one file of scans: `turned` pages lie on their side and say so, `layered` ones carry an invisible text."""
    target, placed = pikepdf.new(), list[Placed]()
    for number, sheet in enumerate(sheets, 1):
        scan = desk.scan(sheet)
        quarters = desk.random.choice((0, 1, 2, 3)) if turned else 0
        page = _append_image(target, _turned(scan.pixels, quarters), desk.by)
        page.rotate(quarters * 90, relative=False)
        if layered and sheet.number is not None:
            _append_layer(target, page, _misread(desk.random, desk.pdf, sheet.number))
        placed.append(_placed(sheet, name, number, scan))
    target.save(desk.folder / name, compress_streams=True, deterministic_id=True)
    return placed


def _turned(pixels: defects.Pixels, quarters: int) -> defects.Pixels:
    return defects.np.ascontiguousarray(defects.np.rot90(pixels, quarters))


# Where and what: left, bottom, height in points, the text.
_Layer = list[tuple[float, float, float, str]]
_SLIPS = str.maketrans("0123456789日己未人年有公司", "8717356391曰已末入牟冇厶可")


def _misread(random: Random, pdf: bytes, number: int) -> _Layer:
    """Return the page's text as a bad recogniser has it: wrong digits and characters, or garbage throughout."""
    text = pypdfium2.PdfDocument(pdf)[number].get_textpage()
    garbage, lines = random.random() < 0.3, _Layer()
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        words = text.get_text_bounded(left, bottom, right, top).strip()
        if garbage:
            words = "".join(random.choice("¡¢£§¨©ªÆÐ×Þßàæðøþ") for _ in words)
        elif random.random() < 0.5:
            words = words.translate(_SLIPS)
        lines.append((left, bottom, max(top - bottom, 4), words))
    return lines


def _append_layer(target: pikepdf.Pdf, page: pikepdf.Page, lines: _Layer) -> None:
    """Lay invisible text over a page, in a font that readers know without its being there."""
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType0,
        BaseFont=pikepdf.Name("/STSong-Light"),
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"GB1", Supplement=4),
        DW=1000,
    )
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=pikepdf.Name("/STSong-Light-UniGB-UCS2-H"),
        Encoding=pikepdf.Name("/UniGB-UCS2-H"),
        DescendantFonts=[target.make_indirect(descendant)],
    )
    name = page.add_resource(target.make_indirect(font), pikepdf.Name.Font, pikepdf.Name.Layer)
    shown = [
        f"{name} {height:.1f} Tf 1 0 0 1 {left:.1f} {bottom:.1f} Tm <{words.encode('utf-16-be').hex()}> Tj"
        for left, bottom, height, words in lines
    ]
    page.contents_add(f"BT 3 Tr {' '.join(shown)} ET".encode())


def _digital(desk: _Desk, sheets: Sequence[Sheet]) -> list[Placed]:
    source, target, name = pikepdf.open(io.BytesIO(desk.pdf)), pikepdf.new(), "申报材料.pdf"
    for sheet in sheets:
        if sheet.number is None:
            target.add_blank_page(page_size=(595, 842))
        else:
            target.pages.append(source.pages[sheet.number])
    target.save(desk.folder / name, deterministic_id=True)
    return [_placed(sheet, name, page, None) for page, sheet in enumerate(sheets, 1)]


def _mixed(desk: _Desk, sheets: Sequence[Sheet]) -> list[Placed]:
    """Write one file of documents from a word processor and others from the scanner."""
    source, target, name = pikepdf.open(io.BytesIO(desk.pdf)), pikepdf.new(), "材料汇总.pdf"
    digital = {sheet.paper for sheet in sheets if desk.random.random() < 0.35}
    placed: list[Placed] = []
    for number, sheet in enumerate(sheets, 1):
        scan = None
        if sheet.number is not None and sheet.paper in digital:
            target.pages.append(source.pages[sheet.number])
        else:
            scan = desk.scan(sheet)
            _append_image(target, scan.pixels, desk.by)
        placed.append(_placed(sheet, name, number, scan))
    target.save(desk.folder / name, deterministic_id=True)
    return placed


def _jpegs(desk: _Desk, sheets: Sequence[Sheet]) -> list[Placed]:
    placed: list[Placed] = []
    for count, sheet in enumerate(sheets, 1):
        name, scan = f"IMG_{count:04}.jpg", desk.scan(sheet)
        orientation = desk.random.choice((1, 1, 1, 3, 6, 8))
        (desk.folder / name).write_bytes(defects.jpeg(scan.pixels, desk.by, exif_orientation=orientation))
        placed.append(_placed(sheet, name, 1, scan))
    return placed


def _pngs(desk: _Desk, sheets: Sequence[Sheet]) -> list[Placed]:
    placed: list[Placed] = []
    for count, sheet in enumerate(sheets, 1):
        name, scan = f"{count:02}.png", desk.scan(sheet)
        (desk.folder / name).write_bytes(defects.png(scan.pixels, desk.by))
        placed.append(_placed(sheet, name, 1, scan))
    return placed


def _tiff(desk: _Desk, sheets: Sequence[Sheet]) -> list[Placed]:
    name, scans = "scan0001.tif", [desk.scan(sheet) for sheet in sheets]
    (desk.folder / name).write_bytes(defects.tiff([scan.pixels for scan in scans], desk.by))
    return [_placed(sheet, name, page, scan) for page, (sheet, scan) in enumerate(zip(sheets, scans, strict=True), 1)]


def _zip(desk: _Desk, sheets: Sequence[Sheet]) -> list[Placed]:
    """One archive; each document a file of its own in one of two folders, named in GBK or UTF-8."""
    random = desk.random
    encoding = random.choice(("gbk", "utf-8"))
    archive = desk.folder / "packet.zip"
    placed: list[Placed] = []
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for count, group in enumerate(_runs(sheets), 1):
            inside = f"{random.choice(('申报材料', '附件'))}/材料{count:02}"
            scans = [desk.scan(sheet) for sheet in group]
            if len(group) == 1 and random.random() < 0.5:
                name, data = f"{inside}.jpg", defects.jpeg(scans[0].pixels, desk.by)
            else:
                packed = io.BytesIO()
                document = pikepdf.new()
                for scan in scans:
                    _append_image(document, scan.pixels, desk.by)
                document.save(packed, deterministic_id=True)
                name, data = f"{inside}.pdf", packed.getvalue()
            target.writestr(_member(name, encoding), data)
            pages = enumerate(zip(group, scans, strict=True), 1)
            placed += [_placed(sheet, f"{archive.name}/{name}", page, scan) for page, (sheet, scan) in pages]
    return placed


def _member(name: str, encoding: str) -> zipfile.ZipInfo:
    """Name a member; GBK names carry no mark, as the archivers of Chinese Windows write them."""
    if encoding == "utf-8":
        return zipfile.ZipInfo(name, (2022, 7, 1, 9, 0, 0))
    # zipfile writes code page 437 unmarked: these are the GBK bytes read as such.
    return _UnmarkedInfo(name.encode("gbk").decode("cp437"), (2022, 7, 1, 9, 0, 0))


class _UnmarkedInfo(zipfile.ZipInfo):
    """A member whose name goes into the archive as code page 437, without the mark for UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802, zipfile's own name
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def _runs(sheets: Sequence[Sheet]) -> list[list[Sheet]]:
    """Group neighbours of one document."""
    runs: list[list[Sheet]] = []
    for sheet in sheets:
        if runs and runs[-1][-1].paper == sheet.paper:
            runs[-1].append(sheet)
        else:
            runs.append([sheet])
    return runs


def append_page(pdf: bytes, other: bytes, number: int) -> bytes:
    """Return the set PDF with one page of another behind its own."""
    target, source = pikepdf.open(io.BytesIO(pdf)), pikepdf.open(io.BytesIO(other))
    target.pages.append(source.pages[number])
    packed = io.BytesIO()
    target.save(packed, deterministic_id=True)
    return packed.getvalue()


def put_unreadable(random: Random, folder: Path, pdf: bytes) -> str:
    """Put a file that cannot be read beside the others; return its name."""
    sort = random.choice(("cut_pdf", "cut_jpeg", "cut_zip", "encrypted", "empty", "document", "text"))
    name = {
        "cut_pdf": "补充材料.pdf",
        "cut_jpeg": "补充01.jpg",
        "cut_zip": "补充材料.zip",
        "encrypted": "附件（加密）.pdf",
        "empty": random.choice(("空白.pdf", "IMG_9001.jpg")),
        "document": "情况说明.docx",
        "text": random.choice(("扫描.pdf", "补充.png")),
    }[sort]
    (folder / name).write_bytes(_unreadable(sort, pdf))
    return name


def _unreadable(sort: str, pdf: bytes) -> bytes:
    packed = io.BytesIO()
    match sort:
        case "cut_pdf":
            return pdf[: len(pdf) // 3]
        case "cut_jpeg":
            Image.effect_noise((600, 800), 40).save(packed, "JPEG")
            return packed.getvalue()[:1800]
        case "cut_zip":
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr(zipfile.ZipInfo("材料.pdf", (2022, 7, 1, 9, 0, 0)), pdf[:20_000])
            return packed.getvalue()[:12_000]
        case "encrypted":
            document = pikepdf.open(io.BytesIO(pdf))
            document.save(packed, encryption=pikepdf.Encryption(owner="owner-样例", user="user-样例"))
            return packed.getvalue()
        case "empty":
            return b""
        case "document":
            with zipfile.ZipFile(packed, "w") as archive:
                for part in ("[Content_Types].xml", "word/document.xml"):
                    archive.writestr(zipfile.ZipInfo(part, (2022, 7, 1, 9, 0, 0)), "<样例/>")
            return packed.getvalue()
        case _:
            return "补充说明：原件另寄。".encode()
