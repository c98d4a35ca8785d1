"""诚信承诺书: who pledges, and when."""

import re
from collections.abc import Sequence

from extractors.documents.base import DocumentType, keep
from extractors.documents.entity import read_entity
from extractors.layout import rows
from extractors.values import dates
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TITLES = (
    "诚信承诺书",
    "承诺书",
    "信用承诺书",
    "诚信承诺",
    "诚信声明",
    "诚信声明书",
)

_DATE_LABEL = re.compile(r"(?:日\s*期|时\s*间)(?:[（(][^（()）]{0,6}[）)])?[:：]?$")
# So much may stand beside the date in its row: 法定代表人（签字）：张样例.
_BESIDE = 24


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    fields = read_entity(pages, _TITLES, "name")
    keep(fields, "signed", _signed(pages))
    return fields


def _signed(pages: Sequence[Page]) -> Field | None:
    """Read the date of the signature: the last one that a label announces or that stands apart from the text."""
    for page in reversed(pages):
        for row in reversed(rows(page)):
            for one in reversed(dates.find_dates(row.text)):
                before, after = row.text[: one.start], row.text[one.end :]
                apart = len(before) + len(after) <= _BESIDE and not re.search(
                    r"[，,。；;]|[自从至到于]$", before + after
                )
                if _DATE_LABEL.search(before) or apart:
                    return row[one.start : one.end].field(one.value.isoformat())
    return None


TYPE = DocumentType(
    kind=DocumentKind.INTEGRITY_PLEDGE,
    titles=_TITLES,
    # What somebody pledges who is engaged by the applicant.
    no_title=r"提供评价服务|考评人?员|督导人?员|专家|个人",
    title_pattern=r".*(承诺|诚信)[^，,。]{0,6}(书|函)",
    marks=(
        "郑重承诺",
        "承诺如下",
        "承诺人",
        "真实有效",
        "愿意承担",
        "自愿接受",
    ),
    pages_at_most=3,
    read=_read,
)
