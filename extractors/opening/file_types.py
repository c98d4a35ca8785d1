"""The type of a file by its first bytes: names and extensions mean nothing."""

from enum import StrEnum
from pathlib import Path

from extractors.opening.nouns import UnreadableFile
from schemas.settings import Limits

# A PDF may have up to this much junk before its header (PDF 1.7, implementation note 13).
HEAD_BYTES = 1024


class FileType(StrEnum):
    """The types that are read."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    TIFF = "TIFF"
    ZIP = "ZIP"


_SIGNATURES: tuple[tuple[bytes, FileType], ...] = (
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    (b"II*\x00", FileType.TIFF),
    (b"MM\x00*", FileType.TIFF),
    (b"II+\x00", FileType.TIFF),  # BigTIFF
    (b"MM\x00+", FileType.TIFF),
    (b"PK\x03\x04", FileType.ZIP),
    (b"PK\x05\x06", FileType.ZIP),  # an empty one
)
# Types that often arrive and are not read: naming them tells the sender what to do.
_KNOWN_OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"Rar!", "RAR 压缩包"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (0, b"\xd0\xcf\x11\xe0", "旧版 Word、Excel 文件"),
    (0, b"GIF8", "GIF 图片"),
    (0, b"BM", "BMP 图片"),
    (8, b"WEBP", "WebP 图片"),
    (4, b"ftyphei", "HEIC 图片（苹果手机照片）"),
    (4, b"ftypmif1", "HEIC 图片（苹果手机照片）"),
    (0, b"MZ", "可执行程序"),
)


def file_type(path: Path, name: str, limits: Limits) -> FileType:
    """Return the type of the file; raise UnreadableFile for an empty, an oversized or an unknown one."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadableFile(name, f"文件无法读取（{error.strerror}），请检查后重新提交") from error
    if size == 0:
        raise UnreadableFile(name, "文件是空的（0 字节），请重新提交")
    if size > limits.file_bytes:
        raise UnreadableFile(
            name, f"文件有 {size:,} 字节，超过上限 {limits.file_bytes:,} 字节（limits.file_bytes），请拆分后重新提交"
        )
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head:
        return FileType.PDF
    known = next((what for at, mark, what in _KNOWN_OTHERS if head[at:].startswith(mark)), None)
    seen = f"（看来是{known}）" if known else ""
    raise UnreadableFile(name, f"不是 PDF、JPEG、PNG、TIFF 或 ZIP 文件{seen}，请转换格式后重新提交")
