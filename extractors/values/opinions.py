"""The auditor's opinion: unqualified, unqualified_with_emphasis, qualified, adverse or disclaimer.

The wording follows 中国注册会计师审计准则 1501 and 1502: every opinion but the plain one announces itself in a heading
(保留意见, 否定意见, 无法表示意见) or in its first sentence; the plain one says 在所有重大方面…公允反映.

>>> find_opinion("我们认为，后附的财务报表在所有重大方面按照企业会计准则的规定编制，公允反映了").value
'unqualified'
>>> find_opinion("二、形成保留意见的基础").value
'qualified'
"""

import re

from extractors.values.found import Found

_MARKS = (
    (
        "disclaimer",
        re.compile(r"无法表示(?:审计)?意见|不对.{0,30}发表审计意见|未能获取充分、?适当的审计证据以?作?为?发表"),
    ),
    (
        "adverse",
        re.compile(
            r"(?:形成|发表|出具)?否定(?:的)?(?:审计)?意见|没有在所有重大方面|未能在所有重大方面|未在所有重大方面"
        ),
    ),
    ("qualified", re.compile(r"(?<!无)保留(?:的)?(?:审计)?意见|除.{0,60}(?:可能产生的|产生的)?影响外")),
)
_PLAIN = re.compile(r"在所有重大方面.{0,40}?公允(?:地)?反映|公允(?:地)?反映|(?:标准)?无保留(?:的)?(?:审计)?意见")
_EMPHASIS = re.compile(r"强调事项(?!段?或)|我们提醒财务报表使用者关注")
# 无法表示意见 and its like also stand in the auditor's duties; there they follow these words.
_DUTIES = re.compile(r"(?:应当|可能|如果|发表非无保留|否则)[^。]{0,40}$")


def find_opinion(text: str) -> Found[str] | None:
    """Return the opinion a report gives, at the words that carry it."""
    for value, expression in _MARKS:
        for match in expression.finditer(text):
            if not _DUTIES.search(text[max(0, match.start() - 50) : match.start()]):
                return Found(value, match.start(), match.end())
    plain = _PLAIN.search(text)
    if plain is None:
        return None
    emphasis = _EMPHASIS.search(text)
    if emphasis is not None:
        return Found("unqualified_with_emphasis", emphasis.start(), emphasis.end())
    return Found("unqualified", plain.start(), plain.end())
