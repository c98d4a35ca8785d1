"""ZIP archives: their members, safely.

No member is ever written under its own name, so that no path in an archive can lead out of the working folder; members
whose path tries to are refused all the same, because an honest archive has none.
"""

import re
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from extractors.opening.file_types import FileType, file_type
from extractors.opening.nouns import UnreadableFile
from schemas.settings import Limits

Member = tuple[str, Path]
"""A file by the name the report gives it, and where it lies."""

# General purpose bits of a member (APPNOTE.TXT 4.4.4).
ENCRYPTED, NAME_IS_UTF8 = 0x1, 0x800
CHUNK_BYTES = 1 << 20
# Below this size the compression ratio tells nothing: an empty white page packs a thousand to one.
RATIO_FROM_BYTES = 50_000_000
# What operating systems leave in archives beside the files.
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$)", re.IGNORECASE)
_OFFICE = {"[Content_Types].xml": "Word、Excel 或 PPT 文件", "OFD.xml": "OFD 文件", "mimetype": "ODF 文件"}


def expand(path: Path, name: str, limits: Limits, work: Path) -> Iterator[Member | UnreadableFile]:
    """Yield the members of an archive, extracted into `work` one at a time; any other file yields itself.

    Archives in archives are opened up to `limits.archive_depth`. What cannot be taken out (encrypted, escaping or
    oversized members, a broken archive) is yielded as an UnreadableFile, and the rest goes on.
    """
    yield from _expand(path, name, work, _Allowance(limits), depth=0)


@dataclass
class _Allowance:
    """What one file of the dossier may still unpack to, nested archives included."""

    limits: Limits
    members: int = field(init=False)
    bytes: int = field(init=False)

    def __post_init__(self) -> None:
        self.members = self.limits.archive_members
        self.bytes = self.limits.archive_bytes


class _AllowanceSpent(UnreadableFile):
    """Nothing more may be unpacked from this archive."""


def _expand(path: Path, name: str, work: Path, allowance: _Allowance, depth: int) -> Iterator[Member | UnreadableFile]:
    try:
        kind = file_type(path, name, allowance.limits)
    except UnreadableFile as unreadable:
        yield unreadable
        return
    if kind is not FileType.ZIP:
        yield name, path
        return
    if depth == allowance.limits.archive_depth:
        yield UnreadableFile(
            name, f"压缩包嵌套超过 {depth} 层（limits.archive_depth），请把文件直接放进一个 ZIP 后重新提交"
        )
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(archive, name, work, allowance, depth)
    except _AllowanceSpent as spent:
        # Every archive around this one is spent too: say it once, of the outermost.
        if depth > 0:
            raise
        yield UnreadableFile(name, spent.reason)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield UnreadableFile(name, "ZIP 压缩包不完整或已损坏，打不开，请重新压缩后提交")


def _members(
    archive: zipfile.ZipFile, name: str, work: Path, allowance: _Allowance, depth: int
) -> Iterator[Member | UnreadableFile]:
    named = [(member, member_name(member)) for member in archive.infolist()]
    for mark, what in _OFFICE.items():
        if any(inside == mark for _, inside in named):
            yield UnreadableFile(name, f"是{what}，不是 PDF、JPEG、PNG、TIFF 或 ZIP，请另存为 PDF 后重新提交")
            return
    wanted = [(member, inside) for member, inside in named if not inside.endswith("/") and not _LITTER.search(inside)]
    if not wanted:
        yield UnreadableFile(name, "ZIP 压缩包里没有文件，请重新压缩后提交")
        return
    allowance.members -= len(wanted)
    if allowance.members < 0:
        limit = allowance.limits.archive_members
        raise _AllowanceSpent(name, f"ZIP 压缩包里的文件超过 {limit:,} 个（limits.archive_members），请核对后分包提交")
    taken: set[str] = set()
    for member, inside in wanted:
        shown = _unused(f"{name}/{inside.lstrip('/')}", taken)
        taken.add(shown)
        refusal = _refusal(member, inside)
        if refusal:
            yield UnreadableFile(shown, refusal)
            continue
        try:
            extracted = _extract(archive, member, shown, work, allowance)
        except _AllowanceSpent:
            raise
        except UnreadableFile as unreadable:
            yield unreadable
            continue
        yield from _expand(extracted, shown, work, allowance, depth + 1)


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the member's path as its maker saw it, with forward slashes.

    A name without the UTF-8 flag is in the maker's own encoding: on a Chinese Windows GBK, on a Mac UTF-8. UTF-8 is
    tried first, for GBK text is hardly ever valid UTF-8.
    """
    name = member.orig_filename
    if not member.flag_bits & NAME_IS_UTF8:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    # Only now: the second byte of a GBK character may be a backslash.
    return name.replace("\\", "/")


def _unused(name: str, taken: set[str]) -> str:
    """Return the name, with a number where another member of the archive has the same one."""
    if name not in taken:
        return name
    number = 2
    while f"{name}（{number}）" in taken:
        number += 1
    return f"{name}（{number}）"


def _refusal(member: zipfile.ZipInfo, inside: str) -> str | None:
    """Say why a member must not be taken out; None where it may."""
    if inside.startswith("/") or re.match(r"[A-Za-z]:", inside) or ".." in inside.split("/") or "\0" in inside:
        return "压缩包内的路径指向压缩包之外，为安全起见没有解压，请重新压缩后提交"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "压缩包内是链接或特殊文件，不是文件本身，请放入原文件后重新压缩提交"
    if member.flag_bits & ENCRYPTED:
        return "压缩包设有密码，无法解压，请去掉密码后重新提交"
    return None


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str, work: Path, allowance: _Allowance) -> Path:
    """Write the member into the working folder, counting what really comes out: headers may lie."""
    limits = allowance.limits
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=work, prefix="member-", delete=False) as file:
        path = Path(file.name)
        written = 0
        try:
            with archive.open(member) as source:
                while chunk := source.read(CHUNK_BYTES):
                    written += len(chunk)
                    allowance.bytes -= len(chunk)
                    if allowance.bytes < 0:
                        raise _AllowanceSpent(
                            shown,
                            f"ZIP 压缩包解压后超过 {limits.archive_bytes:,} 字节（limits.archive_bytes），"
                            "没有继续解压，请核对后分包提交",
                        )
                    if written > RATIO_FROM_BYTES and written > limits.archive_ratio * member.compress_size:
                        raise UnreadableFile(
                            shown,
                            f"压缩比超过 {limits.archive_ratio} 倍（limits.archive_ratio），疑似压缩炸弹，"
                            "没有继续解压，请重新提交原文件",
                        )
                    if written > limits.file_bytes:
                        raise UnreadableFile(
                            shown,
                            f"文件超过 {limits.file_bytes:,} 字节（limits.file_bytes），没有继续解压，请拆分后重新提交",
                        )
                    file.write(chunk)
        except NotImplementedError as error:
            path.unlink()
            raise UnreadableFile(shown, "压缩方式不常见，无法解压，请用普通 ZIP 格式重新压缩后提交") from error
        except UnreadableFile:
            path.unlink()
            raise
        except Exception as error:
            # Every packer's library raises errors of its own on broken data.
            path.unlink()
            raise UnreadableFile(shown, "在压缩包中已损坏，无法解压，请重新压缩后提交") from error
    return path
