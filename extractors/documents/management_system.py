"""管理制度 / 质量管控措施 / 应急预案: whose they are; what they say is not read."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from extractors.documents.base import DocumentType
from extractors.documents.entity import read_entity
from extractors.documents.under_seals import ALIKE
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TITLES = (
    "管理制度",
    "财务制度",
    "质量管控措施",
    "质量管控文件",
    "应急预案",
    "突发事件应急预案",
    "管理办法",
    "质量管理制度",
    "运行制度",
    "管理运行制度",
    "制度汇编",
    "财务管理制度",
    "质量控制措施",
    "质量管控制度",
    "考务管理制度",
    "管控措施",
    "管理规定",
    "工作制度",
    "管理措施",
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    return read_entity(pages, _TITLES)


def _is_one_set(pages: Sequence[Page], page: Page) -> bool:
    """Say whether another rule belongs to those before it: it is the same organisation's, or names none."""
    owner = read_entity([page], _TITLES).get("entity")
    if owner is None:
        return True
    first = read_entity(pages[:1], _TITLES).get("entity")
    return first is None or fuzz.ratio(first.text or "", owner.text or "") >= ALIKE


TYPE = DocumentType(
    kind=DocumentKind.MANAGEMENT_SYSTEM,
    titles=_TITLES,
    title_pattern=r".*(制度|管理办法|措施|预案|规定|细则|守则)(汇编|文本|文件)?",
    marks=(
        "第一条",
        "第二条",
        "为规范",
        "本制度",
        "应急处置",
        "质量督导",
        "责任追究",
    ),
    contains=frozenset({DocumentKind.MANAGEMENT_SYSTEM, DocumentKind.IMPLEMENTATION_PLAN}),
    has_parts=True,
    pages_at_most=120,
    is_one_set=_is_one_set,
    read=_read,
)
