"""实施方案: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.IMPLEMENTATION_PLAN,
    titles=(
        "实施方案",
        "工作方案",
        "工作实施方案",
        "认定实施方案",
    ),
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
    pages_at_most=80,
)
