"""One dossier's folder: its files and its envelope."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from schemas.dossier import Envelope, File, FileStatus

ENVELOPE_FILE = "dossier.toml"
# What is hidden, or left behind by operating systems; `..` is neither.
_LITTER = re.compile(r"(^|/)(\.(?!\.?(/|$))[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)", re.IGNORECASE)
_ENVELOPE_VALUES = {
    "received": "日期，如 received = 2022-07-18",
    "scope": "national、region 或 league",
    "applicant_type": "enterprise、school、industry_association、training_institution 或 other",
}


@dataclass
class Packet:
    """What lies in a dossier's folder: `files` by (name, path), `refused` those that cannot be handed on."""

    files: list[tuple[str, Path]] = field(default_factory=list[tuple[str, Path]])
    refused: list[File] = field(default_factory=list[File])
    envelope: Envelope = field(default_factory=Envelope)


def open_packet(folder: Path, apart: Path | None = None) -> Packet:
    """Collect a dossier's files, named by their path in the folder, in the order of their names.

    `apart` is a folder that is no part of the dossier, though it may lie in it. Hidden files and what operating
    systems leave behind are passed over. An envelope that cannot be understood is refused as a whole: half an envelope
    could let a rule pass that should not.
    """
    packet = Packet()
    for path in sorted(walk(folder, apart.resolve() if apart else None)):
        name = readable(path.relative_to(folder).as_posix())
        if is_litter(name):
            continue
        if not path.is_file():
            packet.refused.append(refused_file(name, "不是可以打开的普通文件（失效的链接、特殊文件等），请放入原文件"))
        elif name == ENVELOPE_FILE:
            try:
                packet.envelope = _read_envelope(path)
            except ValueError as error:
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                packet.refused.append(refused_file(name, str(error), digest))
        else:
            packet.files.append((name, path))
    return packet


def walk(folder: Path, apart: Path | None) -> Iterator[Path]:
    """Yield all that is no folder, but for what lies in `apart` (resolved).

    Links to folders are not followed, they could lead round in a circle.
    """
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.resolve() != apart:
                yield from walk(path, apart)
        else:
            yield path


def is_litter(name: str) -> bool:
    """Say whether a path (with forward slashes) is hidden or something an operating system left behind."""
    return _LITTER.search(name) is not None


def is_safe(name: str) -> bool:
    """Say whether a path from outside stays under the folder that it is joined to."""
    return all(
        part not in {"", ".", ".."} and "\\" not in part and len(part.encode()) <= 255 for part in name.split("/")
    ) and not any(ord(character) < 32 for character in name)


def readable(name: str) -> str:
    """Return a file's name as text: names whose bytes are no UTF-8 come from an older Windows and are GBK."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode(errors="surrogateescape").decode("gb18030", errors="replace")
    return name


def refused_file(name: str, reason: str, digest: str = "") -> File:
    """Return the entry of a file that was not handed on for reading; `digest` is empty where it was not even opened."""
    return File(path=name, sha256=digest, pages=0, status=FileStatus.QUARANTINED, reason=reason)


def _read_envelope(path: Path) -> Envelope:
    """Read dossier.toml; raise ValueError with a reason for people."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("不是 UTF-8 编码，请另存为 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"不是正确的 TOML：{error}") from error
    try:
        return Envelope.model_validate(values)
    except ValidationError as error:
        wrong = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors())
        reasons = [
            f"{key} 应为{_ENVELOPE_VALUES[key]}" if key in _ENVELOPE_VALUES else f"没有 {key} 这一项" for key in wrong
        ]
        raise ValueError("；".join(reasons)) from error
