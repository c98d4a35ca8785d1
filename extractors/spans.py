"""What is read of a dossier's files, in spans: the nouns that go between the processes that read and the one that asks.

They load nothing that opens or reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from schemas.dossier import File, FileStatus
from schemas.page import Page


@dataclass(frozen=True)
class Member:
    """A file, or one out of an archive, before it is read. `reason` says why none of its `sheets` can be."""

    name: str
    path: Path
    sha256: str
    sheets: int = 0
    reason: str | None = None

    def spans(self, length: int) -> list["Span"]:
        """Cut its sheets into spans of at most `length`."""
        starts = range(1, self.sheets + 1, length)
        return [Span(self.name, self.path, range(one, min(one + length, self.sheets + 1))) for one in starts]


@dataclass(frozen=True)
class Span:
    """Sheets of one file, by their numbers, that are read in one go."""

    name: str
    path: Path
    numbers: range


@dataclass
class ReadSpan:
    """The pages of a span. `broken` are the numbers of those that cannot be read, `reason` why the rest cannot.

    `seconds` is how long they took.
    """

    pages: list[Page] = field(default_factory=list[Page])
    broken: list[int] = field(default_factory=list[int])
    reason: str | None = None
    seconds: float = 0.0


def file_of(member: Member, spans: Sequence[ReadSpan]) -> File:
    """Return what came of a file whose spans are read: quarantined with its reason where any sheet is missing."""
    reasons = [member.reason, *(span.reason for span in spans)]
    broken = [number for span in spans for number in span.broken]
    if broken:
        reasons.append(missing_pages(broken, member.sheets))
    reason = next((one for one in reasons if one is not None), None)
    return File(
        path=member.name,
        sha256=member.sha256,
        pages=sum(len(span.pages) for span in spans),
        status=FileStatus.READ if reason is None else FileStatus.QUARANTINED,
        reason=reason,
    )


def missing_pages(numbers: Sequence[int], count: int) -> str:
    """Say that pages with these numbers are missing from a PDF of `count`."""
    if len(numbers) == count:
        return "PDF 已损坏，没有一页能读，请重新扫描或导出后提交"
    pages = "、".join(str(number) for number in numbers)
    return f"PDF 第 {pages} 页已损坏，不能读，其余各页已读，请重新扫描或导出后提交"
