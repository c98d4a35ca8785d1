"""信息化建设情况说明: whose it is."""

from collections.abc import Sequence

from extractors.documents.base import DocumentType
from extractors.documents.entity import read_entity
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TITLES = (
    "信息化建设情况说明",
    "信息化建设情况",
    "信息化情况说明",
    "信息化建设说明",
    "信息化建设情况的说明",
    "信息化建设情况报告",
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    return read_entity(pages, _TITLES)


TYPE = DocumentType(
    kind=DocumentKind.INFORMATISATION_STATEMENT,
    titles=_TITLES,
    title_pattern=r".*信息化.*(说明|情况|报告)",
    marks=(
        "信息系统",
        "考务管理系统",
        "视频监控",
        "服务器",
        "网络带宽",
        "信息化",
    ),
    pages_at_most=20,
    read=_read,
)
