"""The auditor's opinion: unqualified, unqualified_with_emphasis, qualified, adverse or disclaimer.

The wording is that of 中国注册会计师审计准则 1501 to 1503. The plain opinion says that the statements 在所有重大方面…
公允反映; every other one has its name in headings (保留意见, 形成否定意见的基础, 无法表示意见) and its own form of that
sentence. The same words stand in the paragraphs on duties (使其实现公允反映, 应当发表非无保留意见), where they say
nothing.

>>> find_opinion('我们认为，后附的财务报表在所有重大方面按照企业会计准则的规定编制，公允反映了').value
'unqualified'
>>> find_opinion('二、形成保留意见的基础').value
'qualified'
>>> find_opinion('后附的财务报表没有在所有重大方面按照企业会计准则的规定编制，未能公允反映').value
'adverse'
>>> find_opinion('负责按照企业会计准则的规定编制财务报表，使其实现公允反映；应当发表非无保留意见') is None
True
"""

import re

from extractors.values.found import Found

_NOT_PLAIN = {
    "disclaimer": re.compile(r"(?:无法|拒绝)(?:表示|发表)(?:审计)?意见|不对[^。]{0,40}发表审计意见"),
    "adverse": re.compile(r"否定(?:的)?(?:审计)?意见|(?:没有|未能|未)在?所有重.方面|未能公允(?:地)?反映"),
    "qualified": re.compile(r"(?<!无)保留(?:的)?(?:审计)?意见|除[^。]{0,60}(?:事项|部分|段)[^。]{0,30}影响(?:之)?外"),
}
_PLAIN = re.compile(
    r"在所有重.方面[^。]{0,80}?公允(?:地)?反映|公允(?:地)?反映[^。]{0,80}?在所有重.方面"
    r"|审计意见(?:类型)?[:：为]?(?:是)?(?:标准)?(?:的)?无保留意见|标准无保留意见"
)
# Words of older standards, which stand beside a plain opinion as well: 不对…会计报表发表意见.
_REFUSED = re.compile(r"(?:不能?|无法|拒绝)对[^。；]{0,30}(?:财务|会计)报表(?:整体)?(?:发表|表示)(?:审计)?意见")
_EMPHASIS = re.compile(
    r"强调的?事项|提醒[^。]{0,12}使用者(?:关注|注意)|(?:提请|提醒|请)(?!注册)[^。，]{0,16}(?:关注|注意)[^。]{0,6}附注"
    r"|与持续经营(?:能力)?相关的重大不确定性(?!得出|作出)"
)
# Before a word of opinion: what the auditor would have to do, did last year, or did not do.
_ELSEWHERE = re.compile(r"(?:应当|如果|可能|上期|上年|上一年度|以前年度|并非|不是)[^。；]{0,40}$")
_CONTEXT = 50


def find_opinion(text: str) -> Found[str] | None:
    """Return the opinion of an audit report at the words that carry it; None where there is none or are two."""
    found = {name: match for name, words in _NOT_PLAIN.items() if (match := _stated(words, text)) is not None}
    plain, refused = _stated(_PLAIN, text), _stated(_REFUSED, text)
    if refused is not None and "disclaimer" not in found:
        if plain is not None:
            return None
        found["disclaimer"] = refused
    if len(found) > 1:
        return None
    for name, match in found.items():
        return Found(name, match.start(), match.end())
    if plain is None:
        return None
    emphasis = _stated(_EMPHASIS, text)
    if emphasis is not None:
        return Found("unqualified_with_emphasis", emphasis.start(), emphasis.end())
    return Found("unqualified", plain.start(), plain.end())


def _stated(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(
        (
            match
            for match in words.finditer(text)
            if not _ELSEWHERE.search(text[max(match.start() - _CONTEXT, 0) : match.start()])
        ),
        None,
    )
