"""Files of every kind, whole and broken, become sheets or a reason."""

import io
import resource
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pikepdf
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFile
import pytest
from opened import all_sheets

from extractors.opening import Sheet, UnreadableFile, count_sheets, expand, open_sheets
from schemas.settings import Limits

DIGITAL = Path(__file__).parent / "resources" / "digital.pdf"
LIMITS = Limits()
A4 = (595, 842)


def sheets(path: Path, limits: Limits = LIMITS) -> list[Sheet]:
    return list(all_sheets(path, limits))


def refusal(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(UnreadableFile) as caught:
        sheets(path, limits)
    assert caught.value.name == path.name
    return caught.value.reason


def members(path: Path, work: Path, limits: Limits = LIMITS) -> tuple[dict[str, bytes], dict[str, str]]:
    """Expand and return what was taken out and what was refused, by name."""
    taken: dict[str, bytes] = {}
    refused: dict[str, str] = {}
    for one in expand(path, path.name, limits, work):
        if isinstance(one, UnreadableFile):
            refused[one.name] = one.reason
        else:
            assert one[0] not in taken
            assert one[1] == path or one[1].resolve().parent == work.resolve()
            taken[one[0]] = one[1].read_bytes()
    return taken, refused


def picture(width: int = 600, height: int = 800, mode: str = "RGB") -> PIL.Image.Image:
    """A white picture with a red mark in its top left corner and noise that no coder can leave out."""
    noise = np.random.default_rng(1).integers(180, 256, (height, width, 3), dtype=np.uint8)
    image = PIL.Image.fromarray(noise)
    PIL.ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 8), fill="red")
    return image.convert(mode)


def marked_corner(image: np.ndarray) -> tuple[int, int]:
    """Row and column (0 or 1) of the corner that is red."""
    height, width = image.shape[:2]
    redness = image[:, :, 2].astype(int) - image[:, :, 0]
    corners = [
        (redness[:: max(height - 1, 1), :: max(width - 1, 1)][row, column], (row, column))
        for row in (0, 1)
        for column in (0, 1)
    ]
    return max(corners)[1]


def saved(image: PIL.Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


# --- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_picture_is_one_sheet_whatever_its_name(put, kind):
    (sheet,) = sheets(put("营业执照.pdf", saved(picture(), kind, dpi=(200, 200))))
    assert (sheet.file, sheet.number, sheet.text_layer) == ("营业执照.pdf", 1, None)
    assert sheet.image.shape == (800, 600, 3)
    assert sheet.image.dtype == np.uint8
    assert sheet.dpi == pytest.approx(200, abs=1)
    assert marked_corner(sheet.image) == (0, 0)


TURNS = {
    1: None,
    2: PIL.Image.Transpose.FLIP_LEFT_RIGHT,
    3: PIL.Image.Transpose.ROTATE_180,
    4: PIL.Image.Transpose.FLIP_TOP_BOTTOM,
    5: PIL.Image.Transpose.TRANSPOSE,
    6: PIL.Image.Transpose.ROTATE_90,
    7: PIL.Image.Transpose.TRANSVERSE,
    8: PIL.Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", TURNS)
def test_exif_orientation_is_honoured(put, kind, orientation):
    image = picture()
    turn = TURNS[orientation]
    stored = image if turn is None else image.transpose(turn)
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    (sheet,) = sheets(put("turned", saved(stored, kind, exif=exif)))
    assert sheet.image.shape == (800, 600, 3)
    assert marked_corner(sheet.image) == (0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_mode_becomes_blue_green_red_on_white(put, mode):
    if mode == "I;16":
        image = PIL.Image.fromarray(np.asarray(picture(mode="L")).astype(np.uint16) * 257)
    else:
        image = picture(mode=mode)
    if mode in ("LA", "RGBA"):
        image.putalpha(PIL.Image.new("L", image.size, 0))
    (sheet,) = sheets(put("a.png", saved(image, "PNG")))
    assert sheet.image.shape == (800, 600, 3)
    if mode in ("LA", "RGBA"):
        assert sheet.image.min() == 255
    else:
        assert sheet.image[400:].mean() > 200
        assert sheet.image[:80, :120].mean() < sheet.image[400:].mean()


def test_cmyk(put):
    (sheet,) = sheets(put("a.jpg", saved(picture(mode="CMYK"), "JPEG")))
    assert marked_corner(sheet.image) == (0, 0)


def test_the_pages_of_a_tiff_are_sheets_and_thumbnails_are_not(put):
    small = picture(60, 80)
    thumbnail = PIL.TiffImagePlugin.ImageFileDirectory_v2()
    thumbnail[254] = 1
    small.encoderinfo = {"tiffinfo": thumbnail}
    content = saved(picture(), "TIFF", save_all=True, append_images=[small, picture(700, 500), picture(mode="1")])
    found = sheets(put("a.tif", content))
    assert [(sheet.number, sheet.image.shape[:2]) for sheet in found] == [
        (1, (800, 600)),
        (2, (500, 700)),
        (3, (800, 600)),
    ]


def test_a_large_picture_is_scaled_down(put):
    for kind in ("JPEG", "PNG"):
        (sheet,) = sheets(put("a", saved(PIL.Image.new("RGB", (5000, 7000), "white"), kind, dpi=(600, 600))))
        assert max(sheet.image.shape) == 3500
        assert sheet.dpi == pytest.approx(300, abs=1)


def test_an_unbelievable_resolution_is_none(put):
    (sheet,) = sheets(put("phone.jpg", saved(picture(3000, 4000), "JPEG", dpi=(72, 72))))
    assert sheet.dpi is None


# --- what is refused -------------------------------------------------------------------------------------------------


def test_an_empty_file(put):
    assert "空" in refusal(put("a.pdf", b""))


def test_a_text_that_calls_itself_a_picture(put):
    assert "不是 PDF、JPEG、PNG、TIFF 或 ZIP" in refusal(put("a.jpg", "营业执照".encode() * 100))


@pytest.mark.parametrize(
    ("head", "word"), [(b"Rar!\x1a\x07", "RAR"), (b"\xd0\xcf\x11\xe0", "Word"), (b"\0\0\0\x18ftypheic", "HEIC")]
)
def test_other_types_are_named(put, head, word):
    assert word in refusal(put("a.jpg", head + b"x" * 100))


def test_a_file_over_the_limit_of_bytes(put):
    assert "file_bytes" in refusal(put("a.png", saved(picture(), "PNG")), Limits(file_bytes=1000))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("part", [0.0005, 0.3, 0.9])
def test_a_cut_off_picture(put, kind, part):
    content = saved(picture(), kind)
    assert "不完整" in refusal(put("a", content[: max(int(len(content) * part), 12)]))


def test_a_cut_off_picture_is_refused_whatever_a_library_has_switched_on(put, monkeypatch):
    monkeypatch.setattr(PIL.ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    content = saved(picture(), "JPEG")
    assert "不完整" in refusal(put("a.jpg", content[: len(content) // 2]))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_cut_off_tiff_still_gives_the_pages_before(put):
    content = saved(picture(), "TIFF", save_all=True, append_images=[picture(), picture()])
    path = put("a.tif", content[: int(len(content) * 0.6)])
    read: list[Sheet] = []
    with pytest.raises(UnreadableFile, match="不完整"):
        read.extend(all_sheets(path))
    assert [sheet.number for sheet in read] == [1]


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def test_a_picture_over_the_limit_of_pixels_is_not_decoded(put):
    reason = refusal(put("a.png", png_header(30_000, 30_000)))
    assert "30,000×30,000" in reason
    assert "limits.pixels" in reason


def test_a_tiff_over_the_limit_of_pages(put):
    content = saved(picture(60, 80), "TIFF", save_all=True, append_images=[picture(60, 80)] * 4)
    assert "limits.pages" in refusal(put("a.tif", content), Limits(pages=3))


# --- PDF -------------------------------------------------------------------------------------------------------------


def scanned(*images: PIL.Image.Image, size: tuple[float, float] = A4) -> pikepdf.Pdf:
    """A PDF with one picture over each page."""
    pdf = pikepdf.new()
    for image in images:
        page = pdf.add_blank_page(page_size=size)
        add_picture(pdf, page, image, (0, 0, *size))
    return pdf


def add_picture(pdf: pikepdf.Pdf, page: pikepdf.Page, image: PIL.Image.Image, box: tuple[float, ...]) -> None:
    stream = pdf.make_stream(
        saved(image, "JPEG", quality=95),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    name = page.add_resource(stream, pikepdf.Name.XObject)
    left, bottom, right, top = box
    # What the page draws itself may leave its own axes behind.
    page.contents_add(b"q", prepend=True)
    draw = f"Q q {right - left} 0 0 {top - bottom} {left} {bottom} cm {name} Do Q"
    page.contents_add(draw.encode())


def written(pdf: pikepdf.Pdf, **options: object) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, **options)
    return buffer.getvalue()


def digital() -> pikepdf.Pdf:
    return pikepdf.open(DIGITAL)


def lines(sheet: Sheet) -> list[str]:
    assert sheet.text_layer is not None
    return [line.text for line in sheet.text_layer]


def test_a_digital_page_gives_its_lines_cell_by_cell():
    (sheet,) = sheets(DIGITAL)
    assert sheet.dpi == pytest.approx(200)
    assert sheet.image.shape[:2] == (2339, 1654)
    assert lines(sheet) == [
        "房屋租赁合同（样例）",
        "出租方（甲方）：样例物业管理有限公司",
        "建筑面积1,200.5 m2，租期自2020年3月1日至2025年2月28日",
        "名称",
        "样例公司",
        "统一社会信用代码",
        "91350100M000100Y43",
        "样例市样例区样例街道100号楼三层东侧样例市样例区样例街道100号楼三",
        "地址",
        "层东侧样例市样例区样例街道",
        "张样例",
        "男",
        "本科",
        "Sample office ABC",
    ]
    assert all(len(line.text) == len(line.extents) for line in sheet.text_layer or [])


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (30, 40, 560, 800)])
@pytest.mark.parametrize("origin", [(0, 0), (-100, 50)])
def test_the_layer_fits_the_picture_on_turned_and_cropped_pages(put, rotate, crop, origin):
    """The page itself is turned against its /Rotate, so that what shows is upright again."""
    pdf = digital()
    page = pdf.pages[0]
    width, height = A4[0] + 0.28, A4[1] - 0.11
    matrix = {
        0: f"1 0 0 1 {origin[0]} {origin[1]}",
        90: f"0 1 -1 0 {height + origin[0]} {origin[1]}",
        180: f"-1 0 0 -1 {width + origin[0]} {height + origin[1]}",
        270: f"0 -1 1 0 {origin[0]} {width + origin[1]}",
    }[rotate]
    page.contents_add(f"q {matrix} cm".encode(), prepend=True)
    page.contents_add(b"Q")
    wide, high = (height, width) if rotate in (90, 270) else (width, height)
    page.mediabox = (origin[0], origin[1], origin[0] + wide, origin[1] + high)
    if crop:
        # The same part of what shows, whichever way the page lies.
        left, bottom, right, top = crop
        turned = {
            0: (left, bottom, right, top),
            90: (height - top, left, height - bottom, right),
            180: (width - right, height - top, width - left, height - bottom),
            270: (bottom, width - right, top, width - left),
        }[rotate]
        page.cropbox = tuple(value + origin[index % 2] for index, value in enumerate(turned))
    page.Rotate = rotate
    plain_pdf = digital()
    if crop:
        plain_pdf.pages[0].cropbox = crop
    (plain,) = sheets(put("plain.pdf", written(plain_pdf)))
    (sheet,) = sheets(put("turned.pdf", written(pdf)))
    assert lines(sheet) == lines(plain)
    assert np.abs(np.array(sheet.image.shape) - plain.image.shape).max() <= 1
    for line, expected in zip(sheet.text_layer or [], plain.text_layer or [], strict=True):
        assert line.box == pytest.approx(expected.box, abs=0.002)


def test_sideways_text_is_left_to_recognition(put):
    pdf = digital()
    pdf.pages[0].Rotate = 90
    (sheet,) = sheets(put("a.pdf", written(pdf)))
    assert sheet.text_layer is None
    assert sheet.image.shape[:2] == (1654, 2339)


def test_a_scan_has_no_layer_and_is_not_scaled_up(put):
    (sheet,) = sheets(put("a.pdf", written(scanned(picture(1000, 1414, "L")))))
    assert sheet.text_layer is None
    assert max(sheet.image.shape) == pytest.approx(1414, abs=2)
    (sheet,) = sheets(put("b.pdf", written(scanned(picture(2480, 3508, "L")))))
    assert max(sheet.image.shape) == pytest.approx(2339, abs=2)


def test_a_photo_on_a_huge_page_stays_in_bounds(put):
    (sheet,) = sheets(put("a.pdf", written(scanned(picture(900, 1200), size=(3000, 4000)))))
    assert max(sheet.image.shape) <= 2600


def test_a_recognised_layer_over_a_scan_is_not_believed(put):
    pdf = digital()
    page = pdf.pages[0]
    (sheet,) = sheets(DIGITAL)
    scan = PIL.Image.fromarray(np.ascontiguousarray(sheet.image[:, :, ::-1]))
    page.contents_add(b"3 Tr", prepend=True)
    add_picture(pdf, page, scan, (0, 0, *A4))
    (sheet,) = sheets(put("a.pdf", written(pdf)))
    assert sheet.text_layer is None


def test_an_invisible_layer_is_not_believed(put):
    pdf = digital()
    pdf.pages[0].contents_add(b"3 Tr", prepend=True)
    (sheet,) = sheets(put("a.pdf", written(pdf)))
    assert sheet.text_layer is None


def test_white_text_on_white_is_not_believed(put):
    pdf = digital()
    content = pdf.pages[0].Contents.read_bytes()
    pdf.pages[0].Contents = pdf.make_stream(b"1 1 1 rg " + content.replace(b"0 0 0 rg", b"1 1 1 rg"))
    (sheet,) = sheets(put("a.pdf", written(pdf)))
    assert sheet.image[:400].min() == 255
    assert sheet.text_layer is None


def with_mapping(change: Callable[[int], int]) -> pikepdf.Pdf:
    """The digital page with a font that lies about its characters."""
    pdf = digital()
    for font in pdf.pages[0].Resources.Font.values():
        mapping = font.ToUnicode.read_bytes().decode()
        changed = [
            f"<{source.strip('<>')}> <{change(int(target.strip('<>'), 16)):04x}>"
            if source.startswith("<") and target.startswith("<") and len(target) == 6
            else f"{source} {target}".strip()
            for source, _, target in (line.partition(" ") for line in mapping.splitlines())
        ]
        font.ToUnicode = pdf.make_stream("\n".join(changed).encode())
    return pdf


@pytest.mark.parametrize(
    "change",
    [
        lambda code: 0xE000 + code % 0x1000,
        lambda code: 0xFFFD,
        lambda code: 0xC0 + code % 0x3F,
        lambda code: 0x4E00 + (code * 7919) % 0x5000,
        lambda code: 0x41 + code % 26,
    ],
    ids=["private use", "replacement", "accents", "random", "letters"],
)
def test_a_font_that_lies_is_not_believed(put, change):
    (sheet,) = sheets(put("a.pdf", written(with_mapping(change))))
    assert sheet.text_layer is None


def test_a_font_with_an_honest_mapping_is_believed(put):
    (sheet,) = sheets(put("a.pdf", written(with_mapping(lambda code: code))))
    assert "名称" in lines(sheet)


def test_pictured_text_beside_the_layer_sends_the_page_to_recognition(put):
    (sheet,) = sheets(DIGITAL)
    part = PIL.Image.fromarray(np.ascontiguousarray(sheet.image[200:1000, :, ::-1]))
    pdf = digital()
    add_picture(pdf, pdf.pages[0], part, (0, 50, 595, 330))
    (sheet,) = sheets(put("a.pdf", written(pdf)))
    assert sheet.text_layer is None


def test_a_small_seal_leaves_the_layer_alone(put):
    seal = PIL.Image.new("RGB", (300, 300), "white")
    PIL.ImageDraw.Draw(seal).ellipse((5, 5, 295, 295), outline="red", width=12)
    pdf = digital()
    add_picture(pdf, pdf.pages[0], seal, (400, 100, 500, 200))
    (sheet,) = sheets(put("a.pdf", written(pdf)))
    assert "名称" in lines(sheet)


def in_form(pdf: pikepdf.Pdf, page: pikepdf.Page, image: PIL.Image.Image, box: tuple[float, ...]) -> None:
    """Put a picture on the page by way of a form within a form, each with axes of its own."""
    inner = pdf.add_blank_page(page_size=(100, 100))
    add_picture(pdf, inner, image, (0, 0, 100, 100))
    form = pdf.make_stream(
        inner.Contents.read_bytes()
        if not isinstance(inner.Contents, pikepdf.Array)
        else b" ".join(part.read_bytes() for part in inner.Contents),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 200, 200],
        Matrix=[0.5, 0, 0, 0.5, 0, 0],
        Resources=inner.Resources,
    )
    outer = pdf.make_stream(
        b"q 2 0 0 2 0 0 cm /Inner Do Q",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 100, 100],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Inner=form)),
    )
    del pdf.pages[-1]
    name = page.add_resource(outer, pikepdf.Name.XObject)
    left, bottom, right, top = box
    page.contents_add(b"q", prepend=True)
    page.contents_add(f"Q q {(right - left) / 100} 0 0 {(top - bottom) / 100} {left} {bottom} cm {name} Do Q".encode())


def test_pictures_within_forms_are_measured_on_the_page(put):
    pdf = digital()
    in_form(pdf, pdf.pages[0], picture(300, 300), (400, 100, 500, 200))
    (sheet,) = sheets(put("seal.pdf", written(pdf)))
    assert marked_corner(sheet.image[1785:2060, 1115:1385]) == (0, 0)
    assert "名称" in lines(sheet)
    pdf = pikepdf.new()
    in_form(pdf, pdf.add_blank_page(page_size=A4), picture(1000, 1414), (0, 0, *A4))
    (sheet,) = sheets(put("scan.pdf", written(pdf)))
    assert max(sheet.image.shape) == pytest.approx(1414, abs=2)


def test_bold_print_set_twice_is_read_once(put):
    pdf = digital()
    page = pdf.pages[0]
    content = page.Contents.read_bytes()
    page.Contents = pdf.make_stream(b"q " + content + b" Q q 1 0 0 1 0.4 0 cm " + content + b" Q")
    (sheet,) = sheets(put("a.pdf", written(pdf)))
    assert lines(sheet) == lines(sheets(DIGITAL)[0])


def test_shading_is_no_ruling_but_a_thin_bar_is(put):
    (box,) = [line.box for line in sheets(DIGITAL)[0].text_layer or [] if line.text.startswith("出租方")]
    middle, top = (box[0] + (box[2] - box[0]) / 2) * A4[0], (1 - box[1]) * A4[1]
    for width, pieces in ((60, 1), (1, 2)):
        pdf = digital()
        pdf.pages[0].contents_add(f"q 1 1 0 rg {middle - 3} {top - 20} {width} 24 re f Q".encode(), prepend=True)
        (sheet,) = sheets(put("a.pdf", written(pdf)))
        assert len([line for line in sheet.text_layer or [] if abs(line.box[1] - box[1]) < 0.005]) == pieces


def test_a_filled_in_note_sends_the_page_to_recognition(put):
    pdf = digital()
    pdf.pages[0].Annots = pdf.make_indirect(
        pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.FreeText,
                    Rect=[100, 100, 300, 150],
                    Contents="note",
                    DA="/Helv 12 Tf 0 g",
                )
            ]
        )
    )
    (sheet,) = sheets(put("a.pdf", written(pdf)))
    assert sheet.text_layer is None


def test_a_mixed_pdf_is_handled_page_by_page(put):
    pdf = scanned(picture(1000, 1414))
    with digital() as text:
        pdf.pages.extend(text.pages)
        found = sheets(put("a.pdf", written(pdf)))
    assert [(sheet.number, sheet.text_layer is None) for sheet in found] == [(1, True), (2, False)]


def test_junk_before_the_header_does_not_matter(put):
    (sheet,) = sheets(put("a.pdf", b"\r\n" * 20 + DIGITAL.read_bytes()))
    assert sheet.image.min() == 0


@pytest.mark.parametrize("part", [0.2, 0.6, 0.95, 0.999])
def test_a_cut_off_pdf(put, part):
    content = DIGITAL.read_bytes()
    assert "不完整" in refusal(put("a.pdf", content[: int(len(content) * part)]))


def test_a_cut_off_linearised_pdf(put):
    content = written(scanned(*[picture(300, 400)] * 5), linearize=True)
    assert len(sheets(put("whole.pdf", content))) == 5
    assert content.count(b"%%EOF") == 2
    assert "不完整" in refusal(put("a.pdf", content[: content.index(b"%%EOF") + 6]))
    assert "不完整" in refusal(put("b.pdf", content[: len(content) // 2]))


def test_a_pdf_whose_end_was_never_written(put):
    content = DIGITAL.read_bytes()
    assert "不完整" in refusal(put("a.pdf", content[: len(content) // 2] + bytes(len(content) // 2)))


def test_a_pdf_that_asks_for_a_password(put):
    reason = refusal(put("a.pdf", written(digital(), encryption=pikepdf.Encryption(user="样例", owner="owner"))))
    assert "密码" in reason


def test_a_pdf_that_only_restricts_printing_is_read(put):
    content = written(digital(), encryption=pikepdf.Encryption(user="", owner="owner"))
    assert "名称" in lines(sheets(put("a.pdf", content))[0])


def test_a_pdf_over_the_limit_of_pages(put):
    pdf = pikepdf.new()
    for _ in range(2000):
        pdf.add_blank_page(page_size=(100, 100))
    reason = refusal(put("a.pdf", written(pdf)))
    assert "2,000 页" in reason
    assert "limits.pages" in reason


def test_a_picture_in_a_pdf_over_the_limit_of_pixels(put):
    pdf = scanned(picture(300, 400))
    image = next(iter(pdf.pages[0].Resources.XObject.values()))
    image.Width = image.Height = 30_000
    assert "limits.pixels" in refusal(put("a.pdf", written(pdf)))


def test_a_broken_page_is_named_and_the_others_are_read(put):
    pdf = scanned(picture(300, 400), picture(300, 400), picture(300, 400))
    image = next(iter(pdf.pages[1].Resources.XObject.values()))
    image.write(b"\xff\xd8\xff" + b"x" * 50, filter=pikepdf.Name.DCTDecode)
    path = put("a.pdf", written(pdf))
    numbers: list[int] = []
    with pytest.raises(UnreadableFile, match="第 2 页"):
        numbers.extend(sheet.number for sheet in all_sheets(path))
    assert numbers == [1, 3]


def test_memory_stays_flat_over_many_pages(put):
    pdf = scanned(picture(800, 1100))
    for _ in range(60):
        pdf.pages.append(pdf.pages[0])
    with digital() as text:
        for _ in range(60):
            pdf.pages.extend(text.pages)
        path = put("a.pdf", written(pdf))
    peaks = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss for _ in all_sheets(path)]
    assert len(peaks) == 121
    # Kilobytes: one page more is 12 MB.
    assert peaks[60] - peaks[10] < 40_000
    assert peaks[120] - peaks[70] < 60_000


# --- archives --------------------------------------------------------------------------------------------------------


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def renamed(content: bytes, old: bytes, new: bytes, flags: int = 0) -> bytes:
    """Give a member another name of the same length and other flags, in both places of the archive."""
    assert len(old) == len(new)
    content = content.replace(old, new)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.index(mark) + at
        content = content[:start] + struct.pack("<H", flags) + content[start + 2 :]
    return content


def test_a_plain_file_expands_to_itself(put, tmp_path):
    path = put("a.png", saved(picture(60, 80), "PNG"))
    assert members(path, tmp_path / "work") == ({"a.png": path.read_bytes()}, {})


def test_an_archive_gives_its_files_and_no_litter(put, tmp_path):
    image = saved(picture(60, 80), "PNG")
    content = zipped(
        {
            "材料/一/a.png": image,
            "材料/b.png": image,
            "材料/": b"",
            "__MACOSX/._a.png": b"x",
            "材料/.DS_Store": b"x",
            "材料/Thumbs.db": b"x",
            "材料/说明.txt": b"text",
        }
    )
    taken, refused = members(put("包.zip", content), tmp_path / "work")
    assert taken == {"包.zip/材料/一/a.png": image, "包.zip/材料/b.png": image}
    assert list(refused) == ["包.zip/材料/说明.txt"]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_a_flag_are_in_gbk_or_utf8(put, tmp_path, encoding):
    name = "营业执照\\誠.png" if encoding == "gbk" else "营业执照/誠.png"
    raw = name.encode(encoding)
    content = renamed(zipped({"x" * len(raw): saved(picture(60, 80), "PNG")}), b"x" * len(raw), raw)
    taken, refused = members(put("a.zip", content), tmp_path / "work")
    assert (list(taken), refused) == (["a.zip/营业执照/誠.png"], {})


@pytest.mark.parametrize("name", ["../a.png", "b/../../a.png", "/etc/a.png", "C:\\a.png", "..\\a.png", "C:/a.png"])
def test_a_member_that_leads_out_is_refused_and_the_rest_goes_on(put, tmp_path, name):
    image = saved(picture(60, 80), "PNG")
    taken, refused = members(put("a.zip", zipped({name: image, "good.png": image})), tmp_path / "work")
    assert list(taken) == ["a.zip/good.png"]
    assert [reason for reason in refused.values() if "路径" in reason]
    assert not list(tmp_path.rglob("a.png"))


def test_a_link_is_refused(put, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    taken, refused = members(put("a.zip", buffer.getvalue()), tmp_path / "work")
    assert taken == {}
    assert "链接" in refused["a.zip/link.png"]


def test_an_encrypted_member_is_refused(put, tmp_path):
    content = renamed(zipped({"a.png": b"x" * 100}), b"a.png", b"a.png", flags=1)
    taken, refused = members(put("a.zip", content), tmp_path / "work")
    assert taken == {}
    assert "密码" in refused["a.zip/a.png"]


def test_archives_in_archives_down_to_the_limit(put, tmp_path):
    image = saved(picture(60, 80), "PNG")
    content = zipped({"c.zip": zipped({"c.png": image}), "b.png": image})
    content = zipped({"b.zip": content})
    taken, refused = members(put("a.zip", content), tmp_path / "work")
    assert list(taken) == ["a.zip/b.zip/b.png"]
    assert "archive_depth" in refused["a.zip/b.zip/c.zip"]


def test_two_members_of_one_name_stay_two(put, tmp_path):
    one, two = saved(picture(60, 80), "PNG"), saved(picture(80, 60), "PNG")
    content = zipped({"a.png": one, "x.png": two}).replace(b"x.png", b"a.png")
    taken, refused = members(put("a.zip", content), tmp_path / "work")
    assert (taken, refused) == ({"a.zip/a.png": one, "a.zip/a.png（2）": two}, {})


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (Limits(archive_members=3), "archive_members"),
        (Limits(archive_bytes=1_000_000), "archive_bytes"),
        (Limits(file_bytes=1_000_000), "file_bytes"),
        (Limits(archive_ratio=50), "archive_ratio"),
    ],
)
def test_bombs(put, tmp_path, limits, word):
    content = zipped({f"{number}.png": bytes(60_000_000) for number in range(4 if word == "archive_members" else 1)})
    taken, refused = members(put("a.zip", content), tmp_path / "work", limits)
    assert taken == {}
    assert any(word in reason for reason in refused.values())
    assert not any((tmp_path / "work").rglob("*"))


def test_a_bomb_in_a_bomb_spends_one_allowance(put, tmp_path):
    inner = zipped({"a.png": bytes(8_000_000)})
    content = zipped({f"{number}.zip": inner for number in range(5)})
    _, refused = members(put("a.zip", content), tmp_path / "work", Limits(archive_bytes=20_000_000))
    assert "archive_bytes" in refused["a.zip"]


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_cut_off_archive(put, tmp_path, part):
    content = zipped({"a.png": saved(picture(60, 80), "PNG")})
    taken, refused = members(put("a.zip", content[: int(len(content) * part)]), tmp_path / "work")
    assert taken == {}
    assert "不完整" in refused["a.zip"]


def test_a_damaged_member_is_refused_and_the_rest_goes_on(put, tmp_path):
    image = saved(picture(60, 80), "PNG")
    content = bytearray(zipped({"a.png": image, "b.png": image}))
    content[200:260] = bytes(60)
    taken, refused = members(put("a.zip", bytes(content)), tmp_path / "work")
    assert list(taken) == ["a.zip/b.png"]
    assert "损坏" in refused["a.zip/a.png"]


def test_an_empty_archive_and_an_office_file(put, tmp_path):
    assert "没有文件" in members(put("a.zip", zipped({})), tmp_path / "work")[1]["a.zip"]
    office = zipped({"[Content_Types].xml": b"x", "word/document.xml": b"x"})
    assert "Word" in members(put("a.docx", office), tmp_path / "work")[1]["a.docx"]


def test_sheets_come_one_at_a_time(put):
    pdf = scanned(*[picture(300, 400)] * 3)
    found: Iterator[Sheet] = all_sheets(put("a.pdf", written(pdf)))
    assert next(found).number == 1
    assert next(found).number == 2


@pytest.mark.parametrize("kind", ["pdf", "tiff"])
def test_some_sheets_of_a_file_are_the_ones_asked_for(put, kind):
    colours = ("red", "lime", "blue", "white")
    pictures = [PIL.Image.new("RGB", (300, 400), colour) for colour in colours]
    content = (
        written(scanned(*pictures))
        if kind == "pdf"
        else saved(pictures[0], "TIFF", save_all=True, append_images=pictures[1:])
    )
    path = put("a", content)
    assert count_sheets(path, "a", LIMITS) == 4
    some = list(open_sheets(path, "a", LIMITS, range(2, 4)))
    assert [sheet.number for sheet in some if isinstance(sheet, Sheet)] == [2, 3]
    assert [int(sheet.image[200, 150].argmax()) for sheet in some if isinstance(sheet, Sheet)] == [1, 0]
