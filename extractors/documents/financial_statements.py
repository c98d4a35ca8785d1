"""财务报表: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.FINANCIAL_STATEMENTS,
    titles=(
        "资产负债表",
        "利润表",
        "损益表",
        "现金流量表",
        "业务活动表",
        "财务报表",
        "会计报表",
        "所有者权益变动表",
        "净资产变动表",
        "财务报表附注",
        "会计报表附注",
        "收入支出表",
    ),
    marks=(
        "货币资金",
        "应收账款",
        "固定资产原价",
        "流动资产合计",
        "资产总计",
        "负债合计",
        "未分配利润",
        "净资产合计",
        "期末余额",
        "年初余额",
    ),
    contains=frozenset({DocumentKind.FINANCIAL_STATEMENTS}),
    pages_at_most=40,
)
