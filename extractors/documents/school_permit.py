"""办学许可证: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.SCHOOL_PERMIT,
    titles=(
        "民办学校办学许可证",
        "办学许可证",
        "中华人民共和国民办学校办学许可证",
        "技工学校办学许可证",
    ),
    marks=(
        "办学许可",
        "办学内容",
        "学校类型",
        "主管部门",
        "办学层次",
    ),
    pages_at_most=2,
)
