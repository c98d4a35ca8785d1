"""诚信承诺书: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.INTEGRITY_PLEDGE,
    titles=(
        "诚信承诺书",
        "承诺书",
        "信用承诺书",
        "诚信承诺",
    ),
    title_pattern=r".*承诺(书|函)",
    marks=(
        "郑重承诺",
        "承诺如下",
        "承诺人",
        "真实有效",
        "愿意承担",
        "自愿接受",
    ),
    pages_at_most=3,
)
