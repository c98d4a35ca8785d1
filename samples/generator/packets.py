"""Packets: set pages become files as an applicant mails them, in one of several containers."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pikepdf
from PIL import Image

from samples.generator import defects

CONTAINERS = ("digital_pdf", "scanned_pdf", "mixed_pdf", "jpeg", "tiff", "zip")


@dataclass(frozen=True)
class Sheet:
    """A page on its way into a file: its number in the set PDF (None: blank) and its paper's place."""

    number: int | None
    paper: int | None


@dataclass(frozen=True)
class Placed:
    """Where a sheet ended up; `page` counts from 1."""

    sheet: Sheet
    file: str
    page: int


def pack(
    random: Random, folder: Path, pdf: bytes, sheets: Sequence[Sheet], *, container: str, quality: str
) -> list[Placed]:
    """Write the sheets, in order, as files into the folder; return where each stands."""
    folder.mkdir(parents=True, exist_ok=True)
    by = defects.scanner(random, quality)
    match container:
        case "digital_pdf":
            return _digital(folder, pdf, sheets)
        case "scanned_pdf":
            return _one_pdf(folder / "packet.pdf", [_scan(random, pdf, sheet, by) for sheet in sheets], sheets, by)
        case "mixed_pdf":
            return _mixed(random, folder, pdf, sheets, by)
        case "jpeg":
            return _jpegs(random, folder, pdf, sheets, by)
        case "tiff":
            path = folder / "scan0001.tif"
            path.write_bytes(defects.tiff([_scan(random, pdf, sheet, by) for sheet in sheets], by))
            return _in_one(path.name, sheets)
        case "zip":
            return _zip(random, folder, pdf, sheets, by)
        case _:
            raise ValueError(container)


def _in_one(name: str, sheets: Sequence[Sheet]) -> list[Placed]:
    return [Placed(sheet, name, page) for page, sheet in enumerate(sheets, 1)]


def _scan(random: Random, pdf: bytes, sheet: Sheet, by: defects.Scanner) -> defects.Pixels:
    if sheet.number is None:
        blank = pikepdf.new()
        blank.add_blank_page(page_size=(595, 842))
        packed = io.BytesIO()
        blank.save(packed)
        return defects.scan(random, packed.getvalue(), 0, by)
    return defects.scan(random, pdf, sheet.number, by)


def _append_image(target: pikepdf.Pdf, pixels: defects.Pixels, by: defects.Scanner) -> None:
    """Append a scanned page: JPEG, or one bit a pixel where the scan is bitonal."""
    height, width = pixels.shape[:2]
    options = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": width, "Height": height}
    if by.colour == "bitonal":
        picture = pikepdf.Stream(
            target,
            Image.fromarray(pixels).convert("1").tobytes(),
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=1,
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


def _one_pdf(path: Path, scans: Sequence[defects.Pixels], sheets: Sequence[Sheet], by: defects.Scanner) -> list[Placed]:
    target = pikepdf.new()
    for pixels in scans:
        _append_image(target, pixels, by)
    target.save(path, compress_streams=True, deterministic_id=True)
    return _in_one(path.name, sheets)


def _digital(folder: Path, pdf: bytes, sheets: Sequence[Sheet]) -> list[Placed]:
    source, target = pikepdf.open(io.BytesIO(pdf)), pikepdf.new()
    for sheet in sheets:
        if sheet.number is None:
            target.add_blank_page(page_size=(595, 842))
        else:
            target.pages.append(source.pages[sheet.number])
    target.save(folder / "申报材料.pdf", deterministic_id=True)
    return _in_one("申报材料.pdf", sheets)


def _mixed(random: Random, folder: Path, pdf: bytes, sheets: Sequence[Sheet], by: defects.Scanner) -> list[Placed]:
    """Write one file of documents from a word processor and others from the scanner."""
    source, target = pikepdf.open(io.BytesIO(pdf)), pikepdf.new()
    digital = {sheet.paper for sheet in sheets if random.random() < 0.35}
    for sheet in sheets:
        if sheet.number is not None and sheet.paper in digital:
            target.pages.append(source.pages[sheet.number])
        else:
            _append_image(target, _scan(random, pdf, sheet, by), by)
    target.save(folder / "材料汇总.pdf", deterministic_id=True)
    return _in_one("材料汇总.pdf", sheets)


def _jpegs(random: Random, folder: Path, pdf: bytes, sheets: Sequence[Sheet], by: defects.Scanner) -> list[Placed]:
    placed: list[Placed] = []
    for count, sheet in enumerate(sheets, 1):
        name = f"IMG_{count:04}.jpg"
        orientation = random.choice((1, 1, 1, 3, 6, 8))
        (folder / name).write_bytes(defects.jpeg(_scan(random, pdf, sheet, by), by, exif_orientation=orientation))
        placed.append(Placed(sheet, name, 1))
    return placed


def _zip(random: Random, folder: Path, pdf: bytes, sheets: Sequence[Sheet], by: defects.Scanner) -> list[Placed]:
    """One archive; each document a file of its own in one of two folders, named in GBK or UTF-8."""
    encoding = random.choice(("gbk", "utf-8"))
    archive = folder / "packet.zip"
    placed: list[Placed] = []
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for count, group in enumerate(_runs(sheets), 1):
            inside = f"{random.choice(('申报材料', '附件'))}/材料{count:02}"
            scans = [_scan(random, pdf, sheet, by) for sheet in group]
            if len(group) == 1 and random.random() < 0.5:
                name, data = f"{inside}.jpg", defects.jpeg(scans[0], by)
            else:
                packed = io.BytesIO()
                document = pikepdf.new()
                for pixels in scans:
                    _append_image(document, pixels, by)
                document.save(packed, deterministic_id=True)
                name, data = f"{inside}.pdf", packed.getvalue()
            target.writestr(_member(name, encoding), data)
            placed += [Placed(sheet, f"{archive.name}/{name}", page) for page, sheet in enumerate(group, 1)]
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
