"""信息化建设情况说明: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.INFORMATISATION_STATEMENT,
    titles=(
        "信息化建设情况说明",
        "信息化建设情况",
        "信息化情况说明",
        "信息化建设说明",
        "信息化建设情况的说明",
        "信息化建设情况报告",
    ),
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
)
