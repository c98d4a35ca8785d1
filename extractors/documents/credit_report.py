"""信用报告: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.CREDIT_REPORT,
    titles=(
        "信用报告",
        "企业信用报告",
        "公共信用信息报告",
        "信用信息报告",
        "企业征信报告",
        "法人信用报告",
    ),
    title_pattern=r".*(信用|征信).*报告",
    marks=(
        "信用信息",
        "行政处罚",
        "失信被执行人",
        "异常名录",
        "严重违法失信",
        "查询时间",
    ),
    contains=frozenset({DocumentKind.CREDIT_REPORT}),
    pages_at_most=40,
)
