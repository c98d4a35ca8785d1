"""财务报表: whose, for which year, and the total of assets at the year's end."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from rapidfuzz import fuzz

from extractors.documents.base import DocumentType, keep
from extractors.documents.entity import read_entity
from extractors.documents.under_seals import ALIKE
from extractors.layout import Passage, rows
from extractors.values import dates
from extractors.values.numerals import is_ambiguous, number
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TITLES = (
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
)

# 流动资产合计, 净资产合计 and 固定资产合计 are others; 资产总计 stands at the left of 负债和所有者权益总计.
_TOTAL = re.compile(r"(?<![动定净形期流益])(?:资\s*产\s*总\s*[计额]|资产合计)(?!率)")
_END = re.compile(r"(?<!上)(?<!上[年期])(?:期末|年末)(?:余额|数|金额)?")
_BEGIN = re.compile(r"(?:年初|期初|上年年?末|上期期?末)(?:余额|数|金额)?")
_OTHER_COLUMN = re.compile(r"行\s*次|附注|注释号?")
_FIGURE = re.compile(r"-?\d{1,3}(?:[,，.]\d{3})*(?:\.\d{1,2})?|-?\d+(?:\.\d{1,2})?")
# Two figures so near each other are parted by nothing but the first one's decimals.
_JOINED = re.compile(r"-?\d{1,3}(?:[,，]\d{3})*\.\d{2}")
# In widths of a digit: so wide a gap parts two figures.
_GAP = 0.5
_IN_WORDS = re.compile(
    r"资产(?:总额|总计|合计)(?:为|共计|达|是)?[:：]?(?:人民币)?(?P<number>\d[\d,，.]*)(?P<unit>万元|元|千元)"
)
_UNIT = re.compile(r"单位[:：]?(?:人民币)?(?P<unit>万元|千元|百万元|元)")
_SCALES = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000}
_YEARS = (
    re.compile(r"(?P<year>20\d{2})[年.\-/]12[月.\-/]31日?"),
    re.compile(r"(?P<year>20\d{2})年?(?:度|1[-—~至]12月|1月[-—~至]12月)"),
    re.compile(r"(?P<year>20\d{2})年\d{1,2}月(?:\d{1,2}日)?"),
)
# A head of a statement stands in its first rows, its title in so few characters.
_HEAD_ROWS, _TITLE_LENGTH = 12, 30
# The sheets of a set: the second and the fourth are named by the accounting standard an organisation follows.
_SHEETS = (
    re.compile(r"资产负债表"),
    re.compile(r"利润表|损益表|业务活动表|收入支出表|收入费用表"),
    re.compile(r"现金流量表"),
    re.compile(r"权益变动表|净资产变动表"),
    re.compile(r"报表附注"),
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    fields = read_entity(pages, _TITLES)
    keep(fields, "fiscal_year", _fiscal_year(pages))
    keep(fields, "total_assets", _total_assets(pages))
    return fields


def _is_one_set(pages: Sequence[Page], page: Page) -> bool:
    """Say whether a sheet belongs to those before it: none of them is its like, nor another owner's or year's."""
    sheets = _sheets(page)
    if not sheets or any(sheets & _sheets(other) for other in pages):
        return False
    before, here = (_whose(some) for some in (pages, [page]))
    return all(
        first is None or second is None or fuzz.ratio(first, second) >= ALIKE
        for first, second in zip(before, here, strict=True)
    )


def _sheets(page: Page) -> set[int]:
    """Return which sheets of a set a page's head names."""
    heads = [row.text for row in rows(page)[:_HEAD_ROWS] if len(row) <= _TITLE_LENGTH]
    return {place for place, words in enumerate(_SHEETS) if any(words.search(head) for head in heads)}


def _whose(pages: Sequence[Page]) -> tuple[str | None, str | None]:
    """Return the owner's name as read, and the year, as far as the pages tell."""
    entity, year = read_entity(pages, _TITLES).get("entity"), _fiscal_year(pages)
    return entity.text if entity is not None else None, str(year.value) if year is not None else None


def _fiscal_year(pages: Sequence[Page]) -> Field | None:
    """Read the year of the statements' heads; the later where both ends of a year are named."""
    for expression in _YEARS:
        found = [
            row[match.start() : match.end()].field(int(match["year"]))
            for page in pages
            for row in rows(page)[:_HEAD_ROWS]
            for match in expression.finditer(row.text)
        ]
        if found:
            return max(found, key=lambda field: field.value if isinstance(field.value, int) else 0)
    # 二〇二一年度
    found = [
        row[one.start : one.end].field(one.value)
        for page in pages
        for row in rows(page)[:_HEAD_ROWS]
        for one in dates.find_years(row.text)
    ]
    return max(found, key=lambda field: field.value if isinstance(field.value, int) else 0, default=None)


def _total_assets(pages: Sequence[Page]) -> Field | None:
    """Read 资产总计 at the year's end; sure where it equals the total of the other side."""
    for page in pages:
        page_rows = rows(page)
        unit = next((match["unit"] for row in page_rows if (match := _UNIT.search(row.text))), "元")
        for index, row in enumerate(page_rows):
            total = _TOTAL.search(row.text)
            if total is None:
                continue
            field = _at_year_end(row, total, page_rows[:index], _SCALES[unit]) or _in_words(row)
            if field is not None:
                return field
    return None


def _in_words(row: Passage) -> Field | None:
    match = _IN_WORDS.search(row.text)
    value = number(match["number"]) if match is not None else None
    if match is None or value is None:
        return None
    return row[match.start("number") : match.end()].field(_scaled(value, _SCALES[match["unit"]]))


def _at_year_end(row: Passage, total: re.Match[str], above: Sequence[Passage], scale: int) -> Field | None:
    numbers = list(_figures(row[total.end() :]))
    columns = next((found for one in reversed(above) if "end" in (found := _columns(one)).values()), None)
    if not numbers or columns is None:
        return None
    placed = _placed(numbers, columns)
    ends = [head for head, name in columns.items() if name == "end"]
    chosen = placed.get(ends[0])
    value = number(chosen.text) if chosen is not None else None
    if chosen is None or value is None:
        return None
    # Both sides of a balance sheet come to the same.
    other = placed.get(ends[1]) if len(ends) > 1 else None
    if "." not in chosen.text and any("." in one.text for one in numbers):
        # Its decimals were not read; the other side may tell them.
        decimals = number(other.text) if other is not None and other.text.startswith(chosen.text + ".") else None
        return chosen.field(None if decimals is None else _scaled(decimals, scale), confidence=0.9)
    confidence = 0.95 if other is None else 1.0 if number(other.text) == value else 0.7
    return chosen.field(_scaled(value, scale), confidence=confidence)


def _figures(passage: Passage) -> Iterator[Passage]:
    """Yield the figures of a row, one by one."""
    glyphs = passage.glyphs
    room = _GAP * median(glyph.box[2] - glyph.box[0] for glyph in glyphs) if glyphs else 0.0
    cuts = [index for index in range(1, len(glyphs)) if glyphs[index].box[0] - glyphs[index - 1].box[2] > room]
    pieces = [passage[start:end].stripped() for start, end in pairwise([0, *cuts, len(glyphs)])]
    for piece in pieces:
        joined = [piece[match.start() : match.end()] for match in _JOINED.finditer(piece.text)]
        # 5,568.529.38 is one figure, a comma of which was misread: beside 5,568.52 stands no 9.38.
        if _FIGURE.fullmatch(piece.text):
            figures = [piece]
        else:
            figures = joined if "".join(one.text for one in joined) == piece.text else []
        yield from (one for one in figures if not is_ambiguous(one.text))


def _columns(row: Passage) -> dict[tuple[float, float], str]:
    """Return the columns of figures that a head row names, by the extents of their heads: begin, end or other."""
    columns: dict[tuple[float, float], str] = {}
    for name, expression in (("begin", _BEGIN), ("end", _END), ("other", _OTHER_COLUMN)):
        for match in expression.finditer(row.text):
            columns[_extent(row[match.start() : match.end()])] = name
    days = [(match["year"], row[match.start() : match.end()]) for match in _YEARS[0].finditer(row.text)]
    if len({year for year, _ in days}) == 2:
        last = max(year for year, _ in days)
        columns.update({_extent(part): "end" if year == last else "begin" for year, part in days})
    return dict(sorted(columns.items()))


def _placed(
    numbers: Sequence[Passage], columns: Mapping[tuple[float, float], str]
) -> dict[tuple[float, float], Passage]:
    """Return the number under each head; none where several stand under one, or are nearest to it."""
    if len(numbers) == len(columns):
        return dict(zip(columns, numbers, strict=True))
    under: dict[tuple[float, float], list[Passage]] = {head: [] for head in columns}
    nearest: dict[tuple[float, float], list[Passage]] = {head: [] for head in columns}
    for one in numbers:
        left, right = _extent(one)
        head = min(columns, key=lambda head: abs(sum(head) - left - right))
        (under if left < head[1] and right > head[0] else nearest)[head].append(one)
    if len(columns) > 1:
        under = {head: found or nearest[head] for head, found in under.items()}
    return {head: found[0] for head, found in under.items() if len(found) == 1}


def _extent(passage: Passage) -> tuple[float, float]:
    return passage.box[0], passage.box[2]


def _scaled(value: float, scale: int) -> int | float:
    scaled = round(value * scale, 2)
    return int(scaled) if float(scaled).is_integer() else scaled


TYPE = DocumentType(
    kind=DocumentKind.FINANCIAL_STATEMENTS,
    titles=_TITLES,
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
    is_one_set=_is_one_set,
    read=_read,
)
