"""实施方案: whose it is; what it says is not read."""

from collections.abc import Sequence

from extractors.documents.base import DocumentType
from extractors.documents.entity import read_entity
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TITLES = (
    "实施方案",
    "工作方案",
    "工作实施方案",
    "认定实施方案",
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    return read_entity(pages, _TITLES)


TYPE = DocumentType(
    kind=DocumentKind.IMPLEMENTATION_PLAN,
    titles=_TITLES,
    title_pattern=r".*(实施|工作|认定|评价).*方案",
    marks=(
        "组织机构",
        "评价流程",
        "认定流程",
        "考务管理",
        "工作目标",
        "认定方式",
        "指导思想",
    ),
    contains=frozenset({DocumentKind.MANAGEMENT_SYSTEM}),
    has_parts=True,
    pages_at_most=80,
    read=_read,
)
