"""培训评价人员花名册: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.TRAINEE_ROSTER,
    titles=(
        "培训评价人员花名册",
        "培训人员花名册",
        "评价人员花名册",
        "学员花名册",
        "培训学员花名册",
        "人员花名册",
        "培训评价花名册",
        "花名册",
    ),
    title_pattern=r".*(培训|评价|学员).*(花名册|名册|名单)",
    marks=(
        "培训时间",
        "培训职业",
        "评价时间",
        "学员姓名",
        "联系方式",
        "培训期次",
        "班级",
    ),
    pages_at_most=400,
)
