"""职业资格 / 技能等级 / 职称证书: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.SKILL_CERTIFICATE,
    titles=(
        "职业资格证书",
        "职业技能等级证书",
        "专业技术资格证书",
        "职称证书",
        "技能等级证书",
        "专业技术职务资格证书",
        "考评员证",
        "考评员证书",
        "资格证书",
        "督导员证",
        "高级考评员证",
        "专业技术职务任职资格证书",
    ),
    title_pattern=r".*(资格|等级|职称|任职).*证书?",
    marks=(
        "证书编号",
        "职业名称",
        "发证机构",
        "理论知识考试成绩",
        "操作技能考核成绩",
        "评定成绩",
        "职业及等级",
        "批准日期",
    ),
    pages_at_most=2,
)
