"""Whose a plan, a list or a statement is: the organisation its pages name as their own."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from extractors.documents.base import COLUMN_GAP
from extractors.documents.under_seals import ALIKE, UNCONFIRMED, is_whole, may_be, name_field
from extractors.labels import find_like
from extractors.layout import Passage, cells, overlap, passage_of, right_of, rows, stretches
from extractors.values import dates, names
from extractors.values.organisations import find_organisations, is_organisation
from schemas.document import Field
from schemas.page import Page

# 编制单位：…, 申请单位（盖章）：…; the word says that the document is theirs, unlike 合作单位 or 主管单位.
_OWN = (
    r"(?:编制|填报|填表|制表|申请|申报|报送|报告|承诺|使用|所属|产权|产权所有|建设|实施|编写|制定|上报|提交|培训|评价|评价组织|被评价|资产所有|资产使用|资产管理|管理)?"
    r"(?:单位|机构|企业|学校|公司|组织)(?:名称|全称)?"
)
_LABEL = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:{_OWN}|承诺人|申请人|名称|编制|编写|制定)(?:[（(][^（()）]{{0,10}}[）)])?[:：](?P<value>[^:：]{{4,50}})"
)
_CELL_LABEL = re.compile(rf"(?:{_OWN}|承诺人|申请人)(?:[（(][^（()）]{{0,10}}[）)])?[:：]?")
_SEALED = re.compile(r"[（(][^（()）]{0,8}[章名字][^（()）]{0,4}[）)]?$")
_SELF = re.compile(
    r"(?:我|本)(?:公司|校|单位|中心|协会|学院|机构|院|企业|会|厂)[（(，,:：]?(?:即)?(?P<inside>[^（()），,。；;]{4,44}[）)]?)"
)
# 样例市晨星职业培训学校成立于2010年, 样例市烹饪协会郑重承诺…
_SPEAKS = re.compile(
    r"(?:^|[，,])(?P<name>[^，,。；;：:\n]{6,44}?)"
    r"(?=于(?:[12]\d{3}|[一二][〇○零一二三四五六七八九]{3})年|成立于|始建于|创建于|创办于|组建于|位于|坐落于|系经|是经|经.{2,20}批准|自愿|郑重|承诺|现就|就申请|申请|拟"
    r"|结合|根据|依据|按照|围绕|制定|制订|编制|特制)"
)
# 现将样例市烹饪协会信息化建设情况说明如下
_ABOUT = re.compile(r"现[将就](?P<name>[^，,。；;：:\n]{6,60})")
_CALLED = re.compile(r"(?:^|[。，,：:\n])(?P<name>[^，,。；;：:\n]{4,44}?)[（(](?:以下|下)?(?:简称|称)")
# Under a title the name may stand in brackets: （样例市晨星职业培训学校）.
_BRACKETED = re.compile(r"[（(](?P<name>[^（()）]+(?:[（(][^（()）]+[）)][^（()）]*)?)[）)]")
# …24小时 / 内书面报告市职业技能鉴定指导中心: the end of a sentence.
_SAID = re.compile(r"书面|报告[市区县省旗盟]|上报|报送|报请|提交|送交|及时|联系|通知[市区县省旗盟]")
# 样例市烹饪协会 截至2021年8月31日
_UNTIL = re.compile(r"(?:截[至止](?:到|于)?|日期|时间)[:：]?$")
# A name that was read so badly is another's.
_LEAST_CONFIDENCE = 0.5
# A page with fewer characters says nothing.
_LEAST_TEXT = 12
# A head line stands so near its title, a signature so near the end, in rows.
_HEAD_ROWS, _FOOT_ROWS = 3, 8
# A name of which some is hidden has so many characters at least, and so many hidden at its end at most.
_LEAST_NAME, _MOST_HIDDEN = 6, 3
# A cover says little more than its title, whose it is, and the date.
_COVER_ROWS = 14


def read_entity(pages: Sequence[Page], titles: Sequence[str], name: str = "entity") -> dict[str, Field]:
    """Return the owner of a document with such titles under the given name, if its pages tell.

    A label (编制单位) tells best, then the title's own words, the line over or under it, who speaks, and the signature
    at the end. Of readings that are nearly alike the most frequent counts; another organisation's name makes it unsure.
    A name of which a seal hides characters is completed by the seal's own text, or by the same name elsewhere on the
    pages, or else has no value; nor has one that is hardly readable.
    """
    passages = list(_candidates(pages, titles))
    found = [passage for passage in passages if is_whole(passage)]
    found = [passage for passage in found if passage.confidence >= _LEAST_CONFIDENCE] or found
    if not found:
        return _completed(pages, passages, name)
    alike = [one for one in found if fuzz.ratio(one.text, found[0].text) >= ALIKE]
    counted = Counter(one.text for one in alike)
    best = max(alike, key=lambda one: (counted[one.text], one.confidence))
    field = name_field(best) if counted[best.text] == 1 else best.field(names.normalise(best.text))
    confidence = (0.8 if len(counted) > 1 else 1.0) * (0.6 if len(alike) < len(found) and len(alike) == 1 else 1.0)
    if field.confidence < _LEAST_CONFIDENCE:
        read = names.normalise(best.text)
        again = [one for one in _named(pages) if names.normalise(one.text) == read and not _same_place(one, best)]
        surest = max((one.confidence for one in again), default=0.0)
        if surest < _LEAST_CONFIDENCE:
            return {name: field.model_copy(update={"value": None})}
        field = field.model_copy(update={"value": read, "confidence": surest})
    return {name: field.model_copy(update={"confidence": round(field.confidence * confidence, 4)})}


def _same_place(first: Passage, second: Passage) -> bool:
    return first.page is second.page and overlap(first.box, second.box)


def _completed(pages: Sequence[Page], passages: Sequence[Passage], name: str) -> dict[str, Field]:
    """Return a name of which some is hidden, completed where the seal on it or the pages elsewhere tell it whole."""
    cut = [*passages, *(one for page in (*pages[:2], *pages[2:][-1:]) for one in _cut(page))]
    fields = [name_field(passage) for passage in cut]
    for passage, field in zip(cut, fields, strict=True):
        completed = isinstance(field.value, str) and field.value != names.normalise(passage.text)
        if completed and is_organisation(str(field.value)) and field.confidence >= _LEAST_CONFIDENCE:
            return {name: field}
        whole = {read for one in _named(pages) if _is_part(passage, read := names.normalise(one.text))}
        if len(whole) == 1:
            return {name: passage.field(whole.pop()).model_copy(update={"confidence": UNCONFIRMED})}
    return {name: fields[0].model_copy(update={"value": None})} if passages else {}


def _is_part(cut: Passage, whole: str) -> bool:
    """Say whether a name is another one with characters hidden: at its end, or where it has room for them."""
    read = names.normalise(cut.text)
    if is_whole(cut):
        return whole.startswith(read) and 0 < len(whole) - len(read) <= _MOST_HIDDEN
    return may_be(cut, whole)


def _cut(page: Page) -> Iterator[Passage]:
    """Yield what stands behind a label of the owner and is no whole name: its end may lie under a seal."""
    for row in rows(page):
        for match in _LABEL.finditer(row.text):
            value = stretches(row[match.start("value") : match.end("value")], COLUMN_GAP)[0].stripped()
            if len(value) >= _LEAST_NAME:
                yield value


def _named(pages: Sequence[Page]) -> Iterator[Passage]:
    """Yield the organisations that stand anywhere on the pages."""
    for page in pages:
        for line in page.lines:
            passage = passage_of(line, page)
            for one in find_organisations(passage.text):
                named = passage[one.start : one.end]
                if is_whole(named):
                    yield named


def _candidates(pages: Sequence[Page], titles: Sequence[str]) -> Iterator[Passage]:
    first, last = rows(pages[0]), _last_rows(pages)
    for page in (*pages[:2], *pages[2:][-1:]):
        yield from _labelled(page)
    title = _title(first, titles)
    if title is not None:
        yield from _before_title(first, title, titles)
    near = first[:_COVER_ROWS] if len(first) <= _COVER_ROWS else first[: (title or 0) + 1 + _HEAD_ROWS]
    for row in near:
        yield from _whole_row(row)
        # A head line: 样例技工学校    文件编号 YL-17    第1版
        for part in parts if len(parts := stretches(row, COLUMN_GAP)) > 1 else ():
            yield from _whole_row(part)
    for index, (row, following) in enumerate(zip(first[: (title or 0) + 12], [*first[1:], Passage()], strict=False)):
        # No sentence begins in a title.
        yield from _in_sentence(row if index == title else row + following)
    for row in reversed(last[-_FOOT_ROWS:]):
        yield from _whole_row(row)


def _last_rows(pages: Sequence[Page]) -> list[Passage]:
    """Return the rows of the last page that says anything: behind it may lie the empty back of a sheet."""
    said = (page_rows for page in reversed(pages) if sum(map(len, page_rows := rows(page))) >= _LEAST_TEXT)
    return next(said, list[Passage]())


def _labelled(page: Page) -> Iterator[Passage]:
    table = cells(page)
    for cell in table:
        if _CELL_LABEL.fullmatch(cell.passage.text):
            beside = right_of(cell, table)
            if beside is not None:
                yield from _organisation(beside.passage.stripped())
    page_rows = rows(page)
    for row, following in zip(page_rows, [*page_rows[1:], Passage()], strict=True):
        for match in _LABEL.finditer(row.text):
            value = row[match.start("value") : match.end("value")].stripped()
            found = list(_organisation(value))
            if not found and match.end() == len(row) and not re.search(r"[:：]", following.text):
                # The name runs on over the end of the row.
                found = [name for name in _organisation(value + following) if len(name) > len(value)]
            yield from found


def _organisation(passage: Passage) -> Iterator[Passage]:
    """Yield the organisation a passage begins with."""
    for one in find_organisations(passage.text)[:1]:
        if one.start == 0 and passage.text[0] not in "（(":
            yield passage[: one.end]


def _title(page_rows: Sequence[Passage], titles: Sequence[str]) -> int | None:
    """Return the row in which the title stands."""
    return next(
        (
            index
            for index, row in enumerate(page_rows[:20])
            if len(row) <= 60 and any(_title_at(row.text, title) is not None for title in titles)
        ),
        None,
    )


def _title_at(text: str, title: str) -> int | None:
    """Return where a title begins in a row; one of three characters must be the row's last ones."""
    if len(title) < 4:
        return len(text) - len(title) if text.endswith(title) else None
    return min((start for start, _, _ in find_like(text, title)), default=None)


def _before_title(page_rows: Sequence[Passage], title: int, titles: Sequence[str]) -> Iterator[Passage]:
    """Yield the name that a title begins with: 样例市晨星职业培训学校固定资产清单, also broken over two rows."""
    row = page_rows[title]
    start = min(place for one in titles if (place := _title_at(row.text, one)) is not None)
    if title and start < 12 and 0.8 < page_rows[title - 1].height / row.height < 1.25:
        joined = page_rows[title - 1] + row
        found = next(_organisation(joined.stripped("《关于")), None)
        # The name runs on over the break.
        if found is not None and len(found) > len(page_rows[title - 1]):
            yield found
            return
    yield from _organisation(row.stripped("《关于"))


def _whole_row(row: Passage) -> Iterator[Passage]:
    """Yield the name that a row holds and nothing else but a date or (盖章)."""
    text = row.text
    if text.rstrip().endswith((":", "：", "。", "；", ";")) or _SAID.search(text) is not None:
        # Who is addressed, or spoken of, not whose it is.
        return
    # A name in brackets may stand in them with its date, or before it.
    row = _out_of_brackets(row)
    text = row.text
    dated = (one.start for find in (dates.find_dates, dates.find_months, dates.find_years) for one in find(text))
    passage = row[: min(dated, default=len(text))].stripped()
    until = _UNTIL.search(passage.text)
    if until is not None:
        passage = passage[: until.start()].stripped()
    sealed = _SEALED.search(passage.text)
    if sealed is not None:
        passage = passage[: sealed.start()].stripped()
    passage = _out_of_brackets(passage)
    if is_organisation(passage.text) and passage.text[0] not in "（(":
        yield passage


def _out_of_brackets(passage: Passage) -> Passage:
    """Return what stands in brackets, where all of it does."""
    bracketed = _BRACKETED.fullmatch(passage.text)
    return passage if bracketed is None else passage[bracketed.start("name") : bracketed.end("name")].stripped()


def _in_sentence(row: Passage) -> Iterator[Passage]:
    """Yield the name a sentence gives to those who speak, or speaks of: 我公司（…）, …（以下简称本校）."""
    for expression, group in ((_SELF, "inside"), (_CALLED, "name"), (_ABOUT, "name"), (_SPEAKS, "name")):
        for match in expression.finditer(row.text):
            yield from _organisation(row[match.start(group) : match.end(group)].stripped())
