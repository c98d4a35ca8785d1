"""其他: what packets hold besides, and what must not be taken for a part of the document before it."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.OTHER,
    titles=(
        "基本条件清单",
        "居民身份证",
        "身份证复印件",
        "户口簿",
        "学历证书",
        "毕业证书",
        "学位证书",
        "劳动合同",
        "聘用合同",
        "聘书",
        "参保证明",
        "完税证明",
        "开户许可证",
        "授权委托书",
        "消防验收意见书",
        "安全责任书",
        "场地平面图",
        "荣誉证书",
        "合作协议",
    ),
    title_pattern=r"(.*(组织|机构|单位|公司|学校|中心|协会|企业|认定))?(申报|备案|申请)材料(目录|清单|汇编)?|材料(目录|清单)",
    marks=("居民身份证", "签发机关", "有效期限", "公民身份号码", "民族", "性别", "出生", "住址"),
    pages_at_most=10,
)
