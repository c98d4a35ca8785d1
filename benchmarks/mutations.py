"""Files of every kind that is read, and ways to break them: what `benchmarks.fuzz` sends through."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pikepdf
import PIL.Image
import PIL.ImageDraw
import PIL.PngImagePlugin

PACKETS = Path(__file__).parent.parent / "samples" / "packets"
DIGITAL = Path(__file__).parent.parent / "tests" / "resources" / "digital.pdf"
A4 = (595, 842)
# So many pages of each sample are taken, each for itself, and photographs at this size; files over so many bytes are
# left out: broken files are wanted, not big ones.
PAGES_OF_A_SAMPLE, SIDE, BYTES = 4, 700, 300_000
# Numbers at which arithmetic goes over an edge.
EDGES = (0, 1, 2, 3, 7, 8, 255, 256, 4096, 32767, 32768, 65535, 65536, 10**6, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1)


@dataclass(frozen=True)
class Seed:
    """A whole file to start from."""

    name: str
    kind: str
    content: bytes


# --- whole files -----------------------------------------------------------------------------------------------------


def seeds() -> list[Seed]:
    """Return small whole files of every kind: single pages of the samples, and made ones."""
    images = [*_sample_images(), *_made_images()]
    found = [*_sample_pdfs(), *_made_pdfs(images), *images]
    found = [seed for seed in found if len(seed.content) <= BYTES]
    return [*found, *_archives(found)]


def _sample_pdfs() -> list[Seed]:
    found: list[Seed] = []
    for path in sorted(PACKETS.rglob("*.pdf")):
        with pikepdf.open(path) as whole:
            step = max(len(whole.pages) // PAGES_OF_A_SAMPLE, 1)
            for index in range(0, len(whole.pages), step):
                one = pikepdf.new()
                one.pages.append(whole.pages[index])
                found.append(Seed(f"{path.parent.name} page {index + 1}", "PDF", _saved_pdf(one)))
            several = pikepdf.new()
            several.pages.extend(whole.pages[:3])
            found.append(Seed(f"{path.parent.name} pages", "PDF", _saved_pdf(several)))
    return found


def _sample_images() -> list[Seed]:
    found: list[Seed] = []
    for path in sorted(PACKETS.rglob("*.jpg"))[::8]:
        with PIL.Image.open(path) as image:
            image.thumbnail((SIDE, SIDE))
            found.append(Seed(f"{path.parent.name} {path.stem}", "JPEG", _saved(image, "JPEG", quality=60)))
    return found


def _picture(mode: str = "RGB", size: tuple[int, int] = (240, 340)) -> PIL.Image.Image:
    noise = np.random.default_rng(1).integers(150, 256, (size[1], size[0], 3), dtype=np.uint8)
    image = PIL.Image.fromarray(noise)
    drawing = PIL.ImageDraw.Draw(image)
    drawing.rectangle((20, 20, 120, 60), fill="red")
    for line in range(90, size[1], 20):
        drawing.line((20, line, size[0] - 20, line), fill="black", width=3)
    return image.convert(mode)


def _saved(image: PIL.Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _made_images() -> list[Seed]:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    text = PIL.PngImagePlugin.PngInfo()
    text.add_text("Comment", "样例 " * 50, zip=True)
    text.add_itxt("Title", "样例", zip=True)
    profile = zlib.compress(bytes(2000))
    deep = PIL.Image.fromarray(np.asarray(_picture("L")).astype(np.uint16) * 257)
    jpegs = {
        "baseline": _saved(_picture(), "JPEG", dpi=(200, 200)),
        "progressive": _saved(_picture(), "JPEG", progressive=True, exif=exif),
        "grey": _saved(_picture("L"), "JPEG", restart_marker_rows=2),
        "cmyk": _saved(_picture("CMYK"), "JPEG"),
        "profile": _saved(_picture(), "JPEG", icc_profile=profile, comment=b"x" * 300),
    }
    pngs = {mode: _saved(_picture(mode), "PNG") for mode in ("1", "L", "P", "LA", "RGB", "RGBA")}
    pngs["16 bits"] = _saved(deep, "PNG")
    pngs["text"] = _saved(_picture(), "PNG", pnginfo=text, icc_profile=profile, exif=exif, dpi=(200, 200))
    pngs["animated"] = _saved(_picture(), "PNG", save_all=True, append_images=[_picture("RGB", (120, 170))])
    tiffs = {
        one or "raw": _saved(_picture("1" if "group" in (one or "") else "RGB"), "TIFF", compression=one)
        for one in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "group3", "group4", "jpeg")
    }
    tiffs["16 bits"] = _saved(deep, "TIFF")
    tiffs["float"] = _saved(_picture("F"), "TIFF")
    tiffs["pages"] = _saved(_picture(), "TIFF", save_all=True, append_images=[_picture("1"), _picture("P")], exif=exif)
    tiffs["big"] = _saved(_picture(), "TIFF", big_tiff=True, compression="tiff_lzw")
    of_kinds = (("JPEG", jpegs), ("PNG", pngs), ("TIFF", tiffs))
    return [Seed(name, kind, content) for kind, made in of_kinds for name, content in made.items()]


def _saved_pdf(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    # Nothing in it tells when it was made: the same input can be made again.
    pdf.save(out, static_id=True, **options)
    return out.getvalue()


def _made_pdfs(images: list[Seed]) -> list[Seed]:
    by_name = {(seed.kind, seed.name): seed.content for seed in images}
    made: dict[str, bytes] = {"digital": DIGITAL.read_bytes()}
    pictures = {
        "DCTDecode": ("DeviceRGB", 8, by_name["JPEG", "baseline"]),
        "JPXDecode": ("DeviceRGB", 8, _saved(_picture(), "JPEG2000")),
        "FlateDecode": ("DeviceGray", 8, zlib.compress(_picture("L").tobytes())),
        "LZWDecode": ("DeviceGray", 8, b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"),
        "RunLengthDecode": ("DeviceGray", 8, b"".join(bytes([257 - 120, grey]) for grey in range(250)) + b"\x80"),
        "CCITTFaxDecode": ("DeviceGray", 1, _strip(by_name["TIFF", "group4"])),
        "JBIG2Decode": ("DeviceGray", 1, _bi_level()),
    }
    for coder, (space, bits, content) in pictures.items():
        made[coder] = _saved_pdf(_scan(coder, space, bits, content))
    with pikepdf.open(io.BytesIO(made["digital"])) as pdf:
        made["object streams"] = _saved_pdf(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        made["linearised"] = _saved_pdf(pdf, linearize=True)
        made["restricted"] = _saved_pdf(
            pdf, encryption=pikepdf.Encryption(owner="owner", user="", R=3, aes=False, metadata=False)
        )
        made["password"] = _saved_pdf(
            pdf, encryption=pikepdf.Encryption(owner="owner", user="user", R=3, aes=False, metadata=False)
        )
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.attachments["样例.txt"] = b"text"
        made["script"] = _saved_pdf(pdf)
    form = _scan(*("DCTDecode", *pictures["DCTDecode"]))
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=pikepdf.String("name"),
        V=pikepdf.String("样例"), Rect=[50, 50, 250, 80], DA=pikepdf.String("/Helv 12 Tf 0 g"),
    )  # fmt: skip
    field = form.make_indirect(field)
    form.pages[0].Annots = [field]
    form.Root.AcroForm = pikepdf.Dictionary(Fields=[field], NeedAppearances=True)
    made["form"] = _saved_pdf(form)
    return [Seed(name, "PDF", content) for name, content in made.items()]


def _bi_level() -> bytes:
    """Return the segments of a JBIG2 page with one generic region, whose arithmetic code is noise (ITU-T T.88, 7.4)."""
    size = struct.pack(">II", 240, 340)
    page = size + bytes(11)
    code = np.random.default_rng(2).integers(0, 255, 2000, dtype=np.uint8).tobytes()
    region = size + bytes(9) + b"\0" + bytes.fromhex("03fffdff02fefefe") + code + b"\xff\xac"
    return b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body
        for number, (kind, body) in enumerate(((48, page), (38, region)))
    )


def _strip(tiff: bytes) -> bytes:
    """Return the coded data of a TIFF's one strip."""
    with PIL.Image.open(io.BytesIO(tiff)) as image:
        [start], [length] = image.tag_v2[273], image.tag_v2[279]
    return tiff[start : start + length]


def _scan(coder: str, space: str, bits: int, content: bytes) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=A4)
    image = pdf.make_stream(
        content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=240, Height=340,
        ColorSpace=pikepdf.Name(f"/{space}"), BitsPerComponent=bits, Filter=pikepdf.Name(f"/{coder}"),
    )  # fmt: skip
    if coder == "CCITTFaxDecode":
        image.DecodeParms = pikepdf.Dictionary(K=-1, Columns=240, Rows=340)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
    return pdf


def _archives(found: list[Seed]) -> list[Seed]:
    small = sorted(found, key=lambda seed: len(seed.content))[:12]
    files = {f"材料/{seed.kind}-{number}.bin": seed.content for number, seed in enumerate(small)}
    plain = _zipped(files)
    made = {
        "deflated": plain,
        "stored": _zipped(files, zipfile.ZIP_STORED),
        "bzip2": _zipped(files, zipfile.ZIP_BZIP2),
        "lzma": _zipped(files, zipfile.ZIP_LZMA),
        "nested": _zipped({"一.zip": plain, "二.zip": _zipped({"三.zip": plain})}),
        "named in GBK": plain.replace("材料".encode(), "营业照".encode("gbk")),
        "commented": plain[:-2] + struct.pack("<H", 200) + b"x" * 200,
    }
    return [Seed(name, "ZIP", content) for name, content in made.items()]


def _zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in files.items():
            # A date of its own: the same input can be made again.
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return out.getvalue()


# --- breaking them ---------------------------------------------------------------------------------------------------


def mutated(whole: list[Seed], random: Random) -> tuple[Seed, bytes]:
    """Return one of the files, and what became of it."""
    kind = random.choice(_KINDS)
    seed = random.choice([one for one in whole if one.kind == kind])
    content = seed.content
    if random.random() < 0.65:
        content = _STRUCTURES[kind](content, random)
    # Most of these keep that fault only: further ones would hide it behind an earlier refusal.
    if content == seed.content or random.random() < 0.2:
        for _ in range(random.choice((1, 1, 1, 2, 4, 12))):
            content = random.choice(_BYTES)(content, random, whole)
    return seed, content


def _flip(content: bytes, random: Random, whole: list[Seed]) -> bytes:
    del whole
    out = bytearray(content)
    for _ in range(random.choice((1, 4, 32))):
        if out:
            out[random.randrange(len(out))] ^= 1 << random.randrange(8)
    return bytes(out)


def _cut(content: bytes, random: Random, whole: list[Seed]) -> bytes:
    del whole
    return content[: random.randrange(len(content) + 1)]


def _leave_out(content: bytes, random: Random, whole: list[Seed]) -> bytes:
    del whole
    start = random.randrange(len(content) + 1)
    return content[:start] + content[start + random.choice((1, 2, 16, 1000)) :]


def _repeat(content: bytes, random: Random, whole: list[Seed]) -> bytes:
    del whole
    start = random.randrange(len(content) + 1)
    piece = content[start : start + random.choice((1, 16, 400, 4000))]
    return content[:start] + piece * random.choice((2, 3, 40)) + content[start:]


def _splice(content: bytes, random: Random, whole: list[Seed]) -> bytes:
    other = random.choice(whole).content
    return content[: random.randrange(len(content) + 1)] + other[random.randrange(len(other)) :]


def _overwrite(content: bytes, random: Random, whole: list[Seed]) -> bytes:
    """Put an edge number somewhere, in either byte order: most often near the start, where headers stand."""
    del whole
    form = random.choice("BHIQ")
    number = random.choice(EDGES) & (256 ** struct.calcsize(form) - 1)
    piece = struct.pack(random.choice("<>") + form, number)
    last = max(len(content) - len(piece), 0)
    start = random.randint(0, min(last, random.choice((200, last))))
    return content[:start] + piece + content[start + len(piece) :]


def _renumber(content: bytes, random: Random, whole: list[Seed]) -> bytes:
    """Write another number where one stands in plain digits, as in PDF."""
    del whole
    numbers = list(re.finditer(rb"\d{1,10}", content))
    if not numbers:
        return content
    one = random.choice(numbers)
    number = random.choice((*EDGES, -1, int(one[0]) + 1, int(one[0]) * 1000))
    return content[: one.start()] + str(number).encode() + content[one.end() :]


_BYTES: tuple[Callable[[bytes, Random, list[Seed]], bytes], ...] = (
    _flip, _flip, _cut, _leave_out, _repeat, _splice, _overwrite, _overwrite, _renumber,
)  # fmt: skip


def _edge(random: Random, size: int) -> int:
    return random.choice((*EDGES, random.getrandbits(8 * size))) & (256**size - 1)


# Fields of the records of a ZIP: where each begins after the record's mark, and its bytes (APPNOTE.TXT 4.3).
_ZIP_FIELDS: dict[bytes, tuple[tuple[int, int], ...]] = {
    b"PK\x03\x04": ((4, 2), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)),
    b"PK\x01\x02": ((4, 2), (6, 2), (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (34, 2),
                    (36, 2), (38, 4), (42, 4)),
    b"PK\x05\x06": ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
}  # fmt: skip
_ZIP_NAMES = (
    b"../../etc/passwd",
    b"/etc/passwd",
    b"C:\\a.png",
    b"\xff\xfe\x00",
    b"a\nb",
    "\u202egpj.exe".encode(),
    b"=1+1",
    b"",
)


def _break_zip(content: bytes, random: Random) -> bytes:
    out = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5))):
        mark = random.choice(list(_ZIP_FIELDS))
        records = [one.start() for one in re.finditer(re.escape(mark), out)]
        if not records:
            continue
        record = random.choice(records)
        if mark == b"PK\x01\x02" and random.random() < 0.3:
            # Another name of the same length, padded: offsets stay true.
            length = int.from_bytes(out[record + 28 : record + 30], "little")
            name = random.choice(_ZIP_NAMES)[:length]
            out[record + 46 : record + 46 + length] = name + b"x" * (length - len(name))
            continue
        at, size = random.choice(_ZIP_FIELDS[mark])
        out[record + at : record + at + size] = _edge(random, size).to_bytes(size, "little")
    return bytes(out)


def _break_png(content: bytes, random: Random) -> bytes:
    """Change, drop, repeat or swap chunks; their check sums are set right again."""
    chunks: list[tuple[bytes, bytes]] = []
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
    for _ in range(random.choice((1, 1, 2, 4))):
        index = random.randrange(len(chunks))
        name, body = chunks[index]
        how = random.randrange(6)
        if how == 0 and len(chunks) > 1:
            del chunks[index]
        elif how == 1:
            chunks.insert(random.randrange(len(chunks) + 1), (name, body))
        elif how == 2:
            chunks[index] = (
                random.choice((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"iCCP", b"zTXt")),
                body,
            )
        elif how == 3 and body:
            size = random.choice((1, 2, 4))
            start = random.randrange(len(body))
            chunks[index] = name, body[:start] + _edge(random, size).to_bytes(size, "big") + body[start + size :]
        elif how == 4:
            bomb = zlib.compress(bytes(random.choice((10**5, 10**7))), 1)
            chunks.insert(1, random.choice(((b"zTXt", b"a\0\0" + bomb), (b"iCCP", b"a\0\0" + bomb))))
        else:
            chunks[index] = name, _flip(body, random, [])
    out = content[:8]
    for name, body in chunks:
        out += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return out


def _break_jpeg(content: bytes, random: Random) -> bytes:
    """Change, drop or repeat segments up to the first scan, their lengths right or wrong."""
    segments: list[bytes] = []
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        segments.append(content[at : at + 2 + length])
        at += 2 + length
    if not segments:
        return content
    for _ in range(random.choice((1, 1, 2, 4))):
        index = random.randrange(len(segments))
        one = segments[index]
        how = random.randrange(5)
        if how == 0 and len(segments) > 1:
            del segments[index]
        elif how == 1:
            segments.insert(index, one * random.choice((1, 2, 50)))
        elif how == 2:
            segments[index] = (
                one[:1]
                + bytes([random.choice((0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC9, 0xDB, 0xDD, 0xE1, 0xE2, 0xEE))])
                + one[2:]
            )
        else:
            size = random.choice((1, 2, 4))
            start = random.randrange(2, len(one)) if how == 3 else random.randrange(2, min(len(one), 20))
            segments[index] = one[:start] + _edge(random, size).to_bytes(size, "big") + one[start + size :]
    return content[:2] + b"".join(segments) + content[at:]


def _break_tiff(content: bytes, random: Random) -> bytes:
    """Change entries of the directories: tag, type, count, value, and where the next one is."""
    order = "little" if content[:2] == b"II" else "big"
    big = content[2:4] in (b"+\x00", b"\x00+")
    offset, number, entry, head = (8, 8, 20, 16) if big else (4, 2, 12, 8)
    out = bytearray(content)
    directories: list[int] = []
    at = int.from_bytes(out[head - offset : head], order)
    while 0 < at < len(out) and at not in directories:
        directories.append(at)
        count = int.from_bytes(out[at : at + number], order)
        end = at + number + count * entry
        at = int.from_bytes(out[end : end + offset], order)
    if not directories:
        return content
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.choice(directories)
        count = int.from_bytes(out[at : at + number], order)
        if random.random() < 0.15 or not count:
            # A loop, or a directory elsewhere.
            end = at + number + count * entry
            target = random.choice((*directories, random.randrange(len(out))))
            out[end : end + offset] = target.to_bytes(offset, order)
            continue
        one = at + number + random.randrange(count) * entry
        fields = ((0, 2), (2, 2), (4, offset), (4 + offset, offset), (4 + offset, 2))
        place, size = random.choice(fields)
        values = (_edge(random, size), int.from_bytes(out[one + place : one + place + size], order) ^ 1)
        out[one + place : one + place + size] = random.choice(values).to_bytes(size, order)
    return bytes(out)


def _break_pdf(content: bytes, random: Random) -> bytes:
    """Change objects, so that the file stays a PDF: values, references, streams, coders."""
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        return content
    with pdf:
        objects = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array)]
        for _ in range(random.choice((1, 1, 2, 4, 10))):
            one = random.choice(objects)
            if isinstance(one, pikepdf.Stream) and random.random() < 0.4:
                _change_stream(one, random)
            elif isinstance(one, pikepdf.Array):
                if len(one):
                    one[random.randrange(len(one))] = _value(random, objects)
            else:
                _change_key(one, random, objects)
        try:
            return _saved_pdf(pdf, **random.choice(_WAYS_TO_SAVE))
        except (pikepdf.PdfError, RuntimeError, ValueError):
            # Too broken to be written.
            return content


def _change_stream(stream: pikepdf.Stream, random: Random) -> None:
    """Break the stream's data, packed or unpacked; packed it keeps its coder."""
    change = random.choice((_flip, _flip, _cut, _leave_out, _repeat, _renumber))
    if random.random() < 0.5:
        # Data of a coder that was changed before may not unpack, and each coder raises errors of its own.
        with suppress(Exception):
            stream.write(change(stream.read_bytes(), random, []))
            return
    coder = stream.get("/Filter")
    parameters = stream.get("/DecodeParms")
    changed = change(stream.read_raw_bytes(), random, [])
    if isinstance(coder, pikepdf.Name):
        stream.write(changed, filter=coder)
        if parameters is not None:
            stream.DecodeParms = parameters
    else:
        stream.write(changed)


def _change_key(one: pikepdf.Object, random: Random, objects: list[pikepdf.Object]) -> None:
    inner = [value for _, value in one.items() if isinstance(value, pikepdf.Dictionary)]
    if inner and random.random() < 0.5:
        one = random.choice(inner)
    keys = [key for key in one.keys() if key != "/Length"]  # noqa: SIM118 - a pikepdf object is no mapping
    key = random.choice(keys) if keys and random.random() < 0.8 else random.choice(_PDF_KEYS)
    if random.random() < 0.15 and key in keys:
        del one[key]
    else:
        one[key] = _value(random, objects)


def _value(random: Random, objects: list[pikepdf.Object]) -> object:
    return random.choice(
        (
            lambda: random.choice((*EDGES, -1, -(2**31))),
            lambda: random.choice((0.5, -1e9, 1e9, 1e-9)),
            lambda: random.choice(objects),
            lambda: pikepdf.Name(random.choice(_PDF_NAMES)),
            lambda: pikepdf.String(random.choice(("", "样例" * 40, "😀", "a\0b"))),
            lambda: pikepdf.Array(
                [random.choice((0, 1, -1, 1e9, 14400, 595)) for _ in range(random.choice((0, 4, 6)))]
            ),
            lambda: pikepdf.Array([random.choice(objects)]),
            pikepdf.Dictionary,
            lambda: True,
        )
    )()


_PDF_KEYS = (
    "/Kids", "/Parent", "/Count", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Resources",
    "/XObject", "/Font", "/Filter", "/DecodeParms", "/Width", "/Height", "/BitsPerComponent", "/ColorSpace",
    "/SMask", "/Mask", "/Decode", "/Matrix", "/BBox", "/Annots", "/AcroForm", "/ToUnicode", "/FontFile2",
    "/DescendantFonts", "/W", "/Encoding", "/CIDToGIDMap", "/Group", "/ImageMask", "/Type", "/Subtype",
)  # fmt: skip
_PDF_NAMES = (
    "/FlateDecode", "/LZWDecode", "/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/RunLengthDecode",
    "/ASCII85Decode", "/Crypt", "/DeviceCMYK", "/Indexed", "/Pattern", "/Page", "/Pages", "/Form", "/Image", "/Type0",
    "/Type3", "/Identity-H", "/XObject",
)  # fmt: skip
_WAYS_TO_SAVE: tuple[dict[str, object], ...] = (
    {},
    {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    {"stream_decode_level": pikepdf.StreamDecodeLevel.none},
)

# PDFs are the hardest to read, and what most dossiers are.
_KINDS = ("PDF", "PDF", "PDF", "JPEG", "PNG", "TIFF", "TIFF", "ZIP")
_STRUCTURES: dict[str, Callable[[bytes, Random], bytes]] = {
    "PDF": _break_pdf,
    "JPEG": _break_jpeg,
    "PNG": _break_png,
    "TIFF": _break_tiff,
    "ZIP": _break_zip,
}
