"""A letter as PDF: the DOCX set in the faces that this machine has.

The faces of official documents (仿宋, 宋体, 黑体, 楷体) come with Windows. Elsewhere others of their kind stand in.
"""

import io
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from PIL import ImageFont

from flows.errors import UsageError

# Kinds of faces by the names that documents call them, and what may stand for them, the best first.
_SONG = ("SimSun", "Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "FandolSong", "AR PL SungtiL GB",
         "AR PL UMing CN")  # fmt: skip
_HEI = ("SimHei", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "FandolHei",
        "WenQuanYi Zen Hei", "WenQuanYi Micro Hei")  # fmt: skip
_FANG = ("FangSong", "FangSong_GB2312", "STFangsong", "FandolFang")
_KAI = ("KaiTi", "KaiTi_GB2312", "STKaiti", "FandolKai", "LXGW WenKai", "AR PL UKai CN", "AR PL KaitiM GB")
_ANY = _SONG + _HEI + _FANG + _KAI
_KINDS = {
    "宋体 新宋体 方正小标宋简体 方正小标宋_GBK 小标宋 华文中宋 华文宋体 SimSun NSimSun STSong STZhongsong": _SONG,
    "黑体 微软雅黑 等线 华文黑体 华文细黑 SimHei DengXian STHeiti STXihei": _HEI,
    "仿宋 仿宋_GB2312 华文仿宋 方正仿宋简体 方正仿宋_GBK FangSong FangSong_GB2312 STFangsong": _FANG,
    "楷体 楷体_GB2312 华文楷体 方正楷体简体 方正楷体_GBK KaiTi KaiTi_GB2312 STKaiti": _KAI,
}
_STAND_INS = {name: faces + _ANY for names, faces in _KINDS.items() for name in names.split()}

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
# A face with all common characters takes more bytes than this.
_LEAST_BYTES = 1_000_000
# A face in the parts of a document that set type.
_FACE = re.compile(r'(w:(?:ascii|hAnsi|eastAsia|cs)=")([^"]*)(")')
_SECONDS = 120.0
# Many fonts have one glyph for a character and for the radical that looks like it, and the converter names the radical.
# Compatibility composition puts most of them right; these it leaves.
_RADICALS = str.maketrans(
    "⺎⺒⺓⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰㬵",
    "兀巳幺民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙胶",
)
_MAPPINGS = re.compile(rb"\d+ beginbf(char|range)\n(.*?)endbf", re.DOTALL)
_MAPPING = {
    b"char": re.compile(rb"<(?P<first>\w+)>(?P<last>)\s*<(?P<target>\w+)>"),
    b"range": re.compile(rb"<(?P<first>\w+)>\s*<(?P<last>\w+)>\s*<(?P<target>\w+)>"),
}
# So many mappings may stand in one block.
_BLOCK = 100
_CONVERT = "import sys, dxpdf; sys.stdout.buffer.write(dxpdf.convert(sys.stdin.buffer.read()))"


def to_pdf(letter: bytes, fonts: Path | None = None) -> bytes:
    """Return a DOCX as PDF; `fonts` is a folder of faces beside the system's.

    Raises UsageError where there is no Chinese face to set it in, or it cannot be set.
    """
    with tempfile.TemporaryDirectory(prefix="heyan-") as folder:
        environment = dict(os.environ)
        if sys.platform not in {"win32", "darwin"}:
            installed = _installed(fonts)
            letter = _with_faces(letter, installed)
            environment["FONTCONFIG_FILE"] = str(_configuration(Path(folder), fonts, _stand_in(_ANY, installed)))
        try:
            # A process of its own: what may be wrong with a document ends that one only.
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [sys.executable, "-c", _CONVERT],
                input=letter,
                capture_output=True,
                check=True,
                timeout=_SECONDS,
                env=environment,
            )
        except subprocess.TimeoutExpired as error:
            raise UsageError(f"转成 PDF 超过 {_SECONDS:g} 秒，已放弃：请用 DOCX") from error
        except subprocess.CalledProcessError as error:
            lines = error.stderr.decode(errors="replace").strip().splitlines() or ["没有说明原因"]
            raise UsageError(f"不能转成 PDF（{lines[-1]}）：请用 DOCX") from error
    return _with_plain_text(done.stdout)


def _with_plain_text(pdf: bytes) -> bytes:
    """Return a PDF whose text is copied and searched as it was written: 月 as 月, a space as a space."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one:
                one.ToUnicode.write(_plain_map(one.ToUnicode.read_bytes()))
        document.save(stream)
    return stream.getvalue()


def _plain_map(mapped: bytes) -> bytes:
    """Return a map of glyphs to characters (a ToUnicode CMap, ISO 32000-1 9.10.3) that names the plain ones."""
    entries: list[bytes] = []
    for kind, block in _MAPPINGS.findall(mapped):
        for first, last, target in _MAPPING[kind].findall(block):
            start, character = int(first, 16), bytes.fromhex(target.decode()).decode("utf-16-be")
            for step in range(int(last or first, 16) - start + 1):
                plain = _plain(character[:-1] + chr(ord(character[-1]) + step))
                entries.append(b"<%0*X> <%s>\n" % (len(first), start + step, plain.encode("utf-16-be").hex().encode()))
    blocks = [entries[at : at + _BLOCK] for at in range(0, len(entries), _BLOCK)]
    made = b"".join(b"%d beginbfchar\n%sendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
    head, tail = mapped.split(b"endcodespacerange\n")[0], mapped[mapped.rindex(b"endcmap") :]
    return head + b"endcodespacerange\n" + made + tail


def _plain(text: str) -> str:
    return "".join(" " if one < " " else _plain_character(one) for one in text)


def _plain_character(one: str) -> str:
    is_radical = "\u2e80" <= one <= "\u2fdf"
    return (unicodedata.normalize("NFKC", one) if is_radical else one).translate(_RADICALS)


def _with_faces(letter: bytes, installed: frozenset[str]) -> bytes:
    """Name faces that are there in place of those that are not."""

    def there(match: re.Match[str]) -> str:
        face = match[2]
        if face not in installed and face in _STAND_INS:
            face = _stand_in(_STAND_INS[face], installed)
        return f"{match[1]}{face}{match[3]}"

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(letter)) as given, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.infolist():
            content = given.read(part)
            if part.filename.startswith("word/") and part.filename.endswith(".xml"):
                content = _FACE.sub(there, content.decode()).encode()
            made.writestr(part.filename, content)
    return stream.getvalue()


def _stand_in(faces: Sequence[str], installed: frozenset[str]) -> str:
    """Return the first face that is there."""
    found = next((face for face in faces if face in installed), None)
    if found is None:
        raise UsageError(
            "没有中文字体，不能生成 PDF：请安装（Debian：apt install fonts-noto-cjk），"
            "或把字体文件放进一个文件夹并设置 letters.fonts"
        )
    return found


@cache
def _installed(fonts: Path | None) -> frozenset[str]:
    """Return the families of the faces that may be of Chinese: of the system the large ones, of `fonts` all."""
    families: set[str] = set()
    for folder in _folders(fonts):
        for path in folder.rglob("*.[ot]t[fc]"):
            if folder == fonts or path.stat().st_size >= _LEAST_BYTES:
                families.update(_families(path))
    return frozenset(families)


def _families(path: Path) -> set[str]:
    """Return the families in a file of one face or several."""
    families: set[str] = set()
    while True:
        try:
            family, _ = ImageFont.truetype(path, index=len(families)).getname()
        except OSError:
            return families
        if family is None or family in families:
            return families
        families.add(family)


def _folders(fonts: Path | None) -> list[Path]:
    known = [Path(one).expanduser() for one in _FOLDERS]
    return [one for one in (*known, fonts) if one is not None and one.is_dir()]


def _configuration(folder: Path, fonts: Path | None, face: str) -> Path:
    """Write what the converter finds faces by, also where the system has no such file; `face` is its last resort."""
    system = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    places = "".join(f"<dir>{escape(str(one.absolute()))}</dir>" for one in _folders(fonts))
    cached = Path(tempfile.gettempdir()) / "heyan-fontconfig"
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">{escape(system)}</include>{places}'
        '<match target="pattern"><edit name="family" mode="append_last" binding="weak">'
        f"<string>{escape(face)}</string></edit></match>"
        f"<cachedir>{escape(str(cached))}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return path
