"""证书式样 / 印章式样: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.CERTIFICATE_SPECIMEN,
    titles=(
        "证书式样",
        "印章式样",
        "证书样式",
        "印章样式",
        "证书及印章式样",
        "证书式样及印章式样",
        "证书参考样式",
        "证书样本",
        "印章印模",
        "印模",
    ),
    title_pattern=r".*(证书|印章).*[（(]?(式样|样式|样本|样张|印模)[）)]?",
    marks=(
        "式样",
        "样式",
        "印模",
        "证书编码规则",
    ),
    contains=frozenset({DocumentKind.SKILL_CERTIFICATE}),
    pages_at_most=6,
)
