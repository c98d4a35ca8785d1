"""申请报告: whose it is."""

from collections.abc import Sequence

from extractors.documents.base import DocumentType
from extractors.documents.entity import read_entity
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TITLES = (
    "申请报告",
    "申报报告",
    "认定机构的申请",
    "评价组织的申请",
    "备案的申请",
    "的申请报告",
    "申请书",
    "的请示",
    "认定的申请",
    "等级认定的报告",
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    return read_entity(pages, _TITLES)


TYPE = DocumentType(
    kind=DocumentKind.APPLICATION_REPORT,
    titles=_TITLES,
    title_pattern=r"关于.*(申请|请示|报告)|.*(申请|申报)报告",
    marks=(
        "现申请",
        "特此申请",
        "请予审批",
        "请予批准",
        "妥否",
        "请批示",
        "特申请",
    ),
    pages_at_most=20,
    read=_read,
)
