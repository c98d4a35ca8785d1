"""Every bound of settings at its edge, and files that are made to break what opens them."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import PIL.Image
import pytest
from opened import all_sheets

from extractors.dossier import survey
from extractors.opening import UnreadableFile
from schemas.settings import Limits

Put = Callable[[str, bytes], Path]
A4 = [0, 0, 595, 842]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def came_of(path: Path, limits: Limits | None = None) -> tuple[int, list[str]]:
    """Return how many sheets are read of a file, and the reasons for the rest: as in a run."""
    limits = limits or Limits()
    read, reasons = 0, list[str]()
    for member in survey(path.name, path, limits=limits, work=path.parent / "work"):
        if member.reason is not None:
            reasons.append(member.reason)
            continue
        try:
            for sheet in all_sheets(member.path, limits):
                read += 1
                assert 0 < max(sheet.image.shape) <= 3500
        except UnreadableFile as error:
            reasons.append(error.reason)
    # What nothing comes of says why, in words for a clerk.
    assert read or reasons
    assert all(re.search("[\u4e00-\u9fff]", reason) for reason in reasons)
    return read, reasons


def saved(image: PIL.Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(width: int = 40, height: int = 50) -> PIL.Image.Image:
    return PIL.Image.new("RGB", (width, height), "navy")


def saved_pdf(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def pages(count: int) -> bytes:
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page(page_size=(595, 842))
    return saved_pdf(pdf)


def pictured(coder: str, data: bytes, width: int = 100, height: int = 100, bits: int = 8, **parameters: int) -> bytes:
    """Return a PDF with one grey picture over its page, said to be of this size."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    stream = pdf.make_stream(
        data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
        ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=bits, Filter=pikepdf.Name(f"/{coder}"),
    )  # fmt: skip
    if parameters:
        stream.DecodeParms = pikepdf.Dictionary({f"/{key}": value for key, value in parameters.items()})
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream))
    page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
    return saved_pdf(pdf)


def drawn(content: bytes) -> bytes:
    """Return a PDF whose page has these contents."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Contents = pdf.make_stream(content)
    return saved_pdf(pdf)


def written(*objects: bytes) -> bytes:
    """Return a PDF of these objects as they stand, the first its catalogue."""
    out, places = b"%PDF-1.7\n", list[int]()
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out + b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
        + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    )  # fmt: skip


def zipped(entries: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


PNG = saved(picture(), "PNG")


# --- every bound at, and just over -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "limit", "at"),
    [
        (PNG, "file_bytes", len(PNG)),
        (pages(3), "pages", 3),
        (saved(picture(), "TIFF", save_all=True, append_images=[picture()] * 2), "pages", 3),
        (PNG, "pixels", 40 * 50),
        (saved(picture(), "JPEG"), "pixels", 40 * 50),
        (saved(picture(), "TIFF"), "pixels", 40 * 50),
        (pictured("FlateDecode", zlib.compress(bytes(2000)), 40, 50), "pixels", 40 * 50),
        (pictured("JPXDecode", saved(picture().convert("L"), "JPEG2000"), 40, 50), "pixels", 40 * 50),
        (zipped({"a": PNG, "b": PNG, "c": PNG}), "archive_members", 3),
        (zipped({"a": PNG, "b": PNG}), "archive_bytes", 2 * len(PNG)),
        (zipped({"a": PNG, "z": zipped({"b": PNG, "c": PNG})}, zipfile.ZIP_STORED), "archive_members", 4),
        (zipped({"a": zipped({"b": zipped({"c": PNG})})}), "archive_depth", 3),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_what_is_at_a_bound_is_read_and_what_is_over_is_refused_by_its_name(
    put: Put, content: bytes, limit: str, at: int
) -> None:
    path = put("a", content)
    read, reasons = came_of(path, Limits.model_validate({limit: at}))
    assert read
    assert reasons == []
    _, reasons = came_of(path, Limits.model_validate({limit: at - 1}))
    assert any(f"limits.{limit}" in reason for reason in reasons)


def test_a_ratio_at_its_bound(put: Put) -> None:
    size = 52_000_000
    packed = zlib.compress(bytes(size), 1)
    content = zipped({"a": bytes(size)})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        ratio = size // archive.infolist()[0].compress_size + 1
    assert len(packed) < size
    for bound, refused in ((ratio, False), (ratio - 2, True)):
        _, reasons = came_of(put("a.zip", content), Limits(archive_ratio=bound))
        assert any("limits.archive_ratio" in reason for reason in reasons) is refused


# --- archives --------------------------------------------------------------------------------------------------------


def directory(*entries: tuple[bytes, int, int, int], body: bytes, size: int, method: int = 8, flags: int = 0) -> bytes:
    """Return an archive with one packed body and directory entries to it: name, packed and unpacked size, place."""
    check = zlib.crc32(bytes(size))
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 0, check, len(body), size, 1, 0) + b"a" + body
    records = b"".join(
        struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, flags, method, 0, 0, check, packed, unpacked, len(name), *[0] * 5, at
        )
        + name
        for name, packed, unpacked, at in entries
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), len(records), len(local), 0)
    return local + records + end


def packed(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)[2:-4]


def test_entries_that_share_one_body_spend_one_allowance(put: Put) -> None:
    size = 1_000_000
    body = packed(size)
    content = directory(*[(b"a", len(body), size, 0)] * 500, body=body, size=size)
    path = put("a.zip", content)
    read, reasons = came_of(path, Limits(archive_bytes=20_000_000))
    assert read == 0
    assert any("limits.archive_bytes" in reason for reason in reasons)
    assert sum(one.stat().st_size for one in (path.parent / "work").iterdir()) <= 20_000_000


@pytest.mark.parametrize(
    "content",
    [
        directory((b"a", 2**32 - 2, 2**32 - 2, 0), body=packed(10), size=10),
        directory((b"a", 12, 10, 0), body=packed(1_000_000), size=10),
        directory((b"a", len(packed(10)), 10, 2**31), body=packed(10), size=10),
        directory((b"a", 10, 10, 0), body=b"x" * 10, size=10, method=99),
        directory((b"a", 10, 10, 0), body=b"x" * 10, size=10, method=14),
        directory((b"a", 10, 10, 0), body=b"x" * 10, size=10, method=12),
        directory((b"a", 10, 10, 0), body=b"x" * 10, size=10, flags=0x2041),
        directory((b"\xff\xfe\xfd", 12, 10, 0), body=packed(10), size=10, flags=0x800),
        directory((b"a\0/../../b", 12, 10, 0), body=packed(10), size=10),
        directory((b"/" * 60_000, 12, 10, 0), body=packed(10), size=10),
    ],
    ids=["huge sizes", "small sizes", "elsewhere", "AES", "LZMA", "bzip2", "encrypted", "not UTF-8", "NUL", "slashes"],
)
def test_odd_archives_are_refused_with_a_reason(put: Put, content: bytes) -> None:
    read, reasons = came_of(put("a.zip", content))
    assert read == 0
    assert reasons


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "LZMA"])
def test_broken_data_of_any_packer_costs_its_member_only(put: Put, how: int) -> None:
    content = bytearray(zipped({"a.png": PNG * 20, "b.png": PNG}, how))
    content[60:90] = bytes(30)
    read, reasons = came_of(put("a.zip", bytes(content)))
    assert read == 1
    assert "损坏" in reasons[0]


def test_an_archive_in_itself_ends_at_the_depth(put: Put) -> None:
    content = PNG
    for _ in range(30):
        content = zipped({"a.zip": content}, zipfile.ZIP_STORED)
    read, reasons = came_of(put("a.zip", content))
    assert read == 0
    assert "limits.archive_depth" in reasons[0]


def test_nothing_is_written_but_into_the_work_folder(put: Put, tmp_path: Path) -> None:
    names = [
        "../../a.png",
        f"{tmp_path}/../a.png",
        "C:\\a.png",
        "..",
        ".",
        "a/../../b.png",
        "\\\\host\\share\\a.png",
        "~/a.png",
    ]
    came_of(put("a.zip", zipped(dict.fromkeys(names, PNG))))
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} - {tmp_path} <= {tmp_path / "work"}
    assert not (tmp_path.parent / "a.png").exists()


# --- PDF -------------------------------------------------------------------------------------------------------------

CATALOGUE, PAGE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
DEEP = b"[" * 90_000 + b"]" * 90_000
NOISE = bytes.fromhex("03fffdff02fefefe") + bytes(range(200)) + b"\xff\xac"


def bi_level(width: int, height: int) -> bytes:
    size = struct.pack(">II", width, height)
    segments = ((48, size + bytes(11)), (38, size + bytes(9) + b"\0" + NOISE))
    return b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body for number, (kind, body) in enumerate(segments)
    )


def test_a_page_tree_may_share_its_pages_but_not_without_end(put: Put) -> None:
    kids = b"3 0 R " * 100_000
    shared = written(CATALOGUE, b"<</Type/Pages/Count 100000/Kids[%b]>>" % kids, PAGE)
    read, reasons = came_of(put("a.pdf", shared))
    assert read == 0
    assert "limits.pages" in reasons[0]
    levels = [b"<</Type/Pages/Count %d/Kids[%b]>>" % (10 ** (9 - one), b"%d 0 R " % (one + 3) * 10) for one in range(9)]
    assert came_of(put("b.pdf", written(CATALOGUE, *levels, PAGE)))[0] == 0


def turned(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(pages(1))) as pdf:
        change(pdf)
        return saved_pdf(pdf)


@pytest.mark.parametrize(
    "content",
    [
        turned(lambda pdf: pdf.Root.Pages.Kids.append(pdf.Root.Pages)),
        turned(lambda pdf: setattr(pdf.pages[0], "MediaBox", [0, 0, 10**9, 10**9])),
        turned(lambda pdf: setattr(pdf.pages[0], "MediaBox", [0, 0, 10**9, 1])),
        turned(lambda pdf: setattr(pdf.pages[0], "MediaBox", [-1e300, 0, 1e300, 1e-300])),
        turned(lambda pdf: setattr(pdf.pages[0], "UserUnit", 10**9)),
        turned(lambda pdf: setattr(pdf.pages[0], "Rotate", 2**31 - 45)),
        written(CATALOGUE, b"<</Type/Pages/Count 1000000000/Kids[3 0 R]>>", PAGE),
        written(CATALOGUE, b"<</Type/Pages/Count -5/Kids[3 0 R]>>", PAGE),
        written(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", PAGE[:-2] + b"/X " + DEEP + b">>"),
        drawn(b"q 595 0 0 842 0 0 cm BI /W 60000 /H 60000 /BPC 8 /CS /G ID " + bytes(100) + b" EI Q"),
        drawn(b"q " * 200_000 + b"Q " * 100_000),
        pictured("CCITTFaxDecode", bytes(100), bits=1, K=-1, Columns=2**31 - 1, Rows=2**31 - 1),
        pictured("JBIG2Decode", bi_level(65_000, 65_000), bits=1),
        pictured("FlateDecode", zlib.compress(bytes(50_000_000))),
    ],
    ids=[
        "loop of pages", "huge page", "thin page", "endless page", "huge unit", "odd turn", "count too high",
        "count under nothing", "deep array", "inline picture", "deep states", "CCITT size", "JBIG2 size",
        "more data than pixels",
    ],
)  # fmt: skip
def test_odd_pdfs_end_as_a_bounded_page_or_a_reason(put: Put, content: bytes) -> None:
    read, _ = came_of(put("a.pdf", content))
    assert read <= 10


def test_a_jpeg_2000_picture_is_as_large_as_its_code_says(put: Put) -> None:
    code = bytearray(saved(picture(), "JPEG2000"))
    start = code.index(b"\xff\x4f\xff\x51")
    code[start + 8 : start + 16] = struct.pack(">II", 60_000, 60_000)
    read, reasons = came_of(put("a.pdf", pictured("JPXDecode", bytes(code), 10, 10)))
    assert read == 0
    assert "60,000×60,000" in reasons[0]


def test_scripts_attachments_and_actions_are_left_alone(put: Put, tmp_path: Path) -> None:
    def armed(pdf: pikepdf.Pdf) -> None:
        target = str(tmp_path / "touched")
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.Launch, Win=pikepdf.Dictionary(F=pikepdf.String(f"touch {target}")), F=pikepdf.String(target)
        )
        pdf.Root.AA = pikepdf.Dictionary(
            WC=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("while (true) {}"))
        )
        pdf.attachments["../../evil.sh"] = b"#!/bin/sh\n"

    path = put("a.pdf", turned(armed))
    assert came_of(path) == (1, [])
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [path]


# --- pictures --------------------------------------------------------------------------------------------------------


def tiff(*entries: tuple[int, int, int, int], follows: int = 0) -> bytes:
    """Return a TIFF with one directory: grey, 100 by 100, raw, but for these entries (tag, type, count, value)."""
    plain = {256: (3, 1, 100), 257: (3, 1, 100), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1), 273: (4, 1, 300),
             277: (3, 1, 1), 278: (3, 1, 100), 279: (4, 1, 10_000)}  # fmt: skip
    fields = plain | {tag: rest for tag, *rest in entries}
    body = b"".join(struct.pack("<HHII", tag, *rest) for tag, rest in sorted(fields.items()))
    head = struct.pack("<2sHIH", b"II", 42, 8, len(fields)) + body + struct.pack("<I", follows)
    return head.ljust(300, b"\0") + bytes(10_000)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (tiff(), 1),
        (tiff(follows=8), 1),
        (tiff(follows=9), 1),
        (tiff((256, 4, 1, 2**31 - 1), (257, 4, 1, 2**31 - 1)), 0),
        (tiff((256, 4, 1, 10_000), (257, 4, 1, 11_000), (278, 4, 1, 11_000)), 0),
        (tiff((256, 4, 1, 0)), 0),
        (tiff((277, 3, 1, 60_000)), 0),
        (tiff((259, 3, 1, 34_712)), 0),
        (tiff((259, 3, 1, 65_000)), 0),
        (tiff((270, 2, 2**32 - 1, 8)), 1),
        (tiff((273, 4, 2**30, 8)), 0),
    ],
    ids=[
        "whole", "loop", "next page within this one", "huge", "more pixels than data", "no width", "channels",
        "JPEG 2000", "no such coder", "endless text", "endless strips",
    ],
)  # fmt: skip
def test_odd_tiffs_end_as_pages_or_a_reason(put: Put, content: bytes, read: int) -> None:
    assert came_of(put("a.tif", content))[0] == read


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("extra", [b"zTXta\0\0", b"iCCPa\0\0", b"iTXta\0\1\0\0\0"], ids=["zTXt", "iCCP", "iTXt"])
def test_packed_texts_and_profiles_of_a_png_are_not_unpacked_without_end(put: Put, extra: bytes) -> None:
    bomb = chunk(extra[:4], extra[4:] + zlib.compress(bytes(100_000_000), 9))
    assert came_of(put("a.png", PNG[:33] + bomb + PNG[33:]))[0] <= 1


def test_a_moving_png_is_one_page(put: Put) -> None:
    assert came_of(put("a.png", saved(picture(), "PNG", save_all=True, append_images=[picture(20, 20)] * 5))) == (1, [])


@pytest.mark.parametrize("size", [(65_535, 65_535), (0, 50), (40, 0)], ids=str)
def test_a_jpeg_that_says_it_is_of_another_size(put: Put, size: tuple[int, int]) -> None:
    content = saved(picture(), "JPEG")
    assert came_of(put("a.jpg", content.replace(struct.pack(">HH", 50, 40), struct.pack(">HH", *size), 1)))[0] == 0


def test_metadata_of_a_jpeg_that_leads_nowhere(put: Put) -> None:
    plain = saved(
        picture(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\x7f\0\0\0\x08" * 5000
    )
    assert came_of(put("a.jpg", plain)) == (1, [])


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (saved(picture(), "GIF"), "GIF"),
        (saved(picture(), "WEBP"), "WebP"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "HEIC"),
        (b"\0\0\0\x18ftypmif1" + bytes(100), "HEIC"),
        (b"MZ" + bytes(200), "可执行"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', ""),
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", ""),
        (b"#!/bin/sh\nrm -rf /\n", ""),
        (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$SAMPLE-TEST-FILE!$H+H*", ""),
    ],
    ids=["GIF", "WebP", "HEIC", "HEIF", "program", "SVG", "HTML", "shell", "virus test"],
)
@pytest.mark.parametrize("name", ["a.pdf", "a.jpg", "a.zip"])
def test_what_calls_itself_something_else_is_refused(put: Put, name: str, content: bytes, word: str) -> None:
    read, reasons = came_of(put(name, content))
    assert read == 0
    assert "不是 PDF、JPEG、PNG、TIFF 或 ZIP" in reasons[0]
    assert word in reasons[0]
