"""Ticked options as forms print them: signs before or after their words, in brackets, boxes drawn and filled."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from typed_pages import typed

from extractors.documents import document_types
from extractors.layout import passage_of
from extractors.ticks import Choice, ticked, ticked_of_several
from schemas.document import DocumentKind
from schemas.page import Page

OPTIONS = ("企业", "民办非企业单位", "行业协会", "技工院校")


def choice(page: Page) -> Choice | None:
    return ticked(sum((passage_of(line, page) for line in page.lines[1:]), passage_of(page.lines[0], page)), OPTIONS)


def chosen(page: Page) -> str | None:
    one = choice(page)
    return one.option if one is not None else None


@pytest.mark.parametrize(
    ("printed", "option"),
    [
        ("□企业□民办非企业单位√行业协会□技工院校", "行业协会"),
        ("√企业□民办非企业单位□行业协会□技工院校", "企业"),
        ("企业□民办非企业单位√行业协会□技工院校□", "民办非企业单位"),
        ("○ 企业  ○ 民办非企业单位  ● 行业协会  ○ 技工院校", "行业协会"),
        ("企业 民办非企业单位   √ 行业协会   技工院校", "行业协会"),
        ("企业 民办非企业单位 √   行业协会   技工院校", "民办非企业单位"),
        ("企业（ ）  民办非企业单位（√）  行业协会（ ）  技工院校（ ）", "民办非企业单位"),
        ("\uf0a8企业\uf0fe民办非企业单位\uf0a8行业协会\uf0a8技工院校", "民办非企业单位"),
        ("☑企业 ☑民办非企业单位 □行业协会 □技工院校", None),
        ("□企业 □民办非企业单位 □行业协会 □技工院校", None),
        # The tick is that of an option that is none of ours.
        ("□企业 □民办非企业单位 ☑政府机关 □技工院校", None),
        # In brackets stands what the other kind is.
        ("企业□ 民办非企业单位□ 技工院校☑（行业协会）", "技工院校"),
        # Nothing tells on which side the sign stands.
        ("企业 √ 民办非企业单位 行业协会 技工院校", None),
    ],
)
def test_signs_of_a_text_layer(printed: str, option: str | None):
    assert chosen(typed(printed).model_copy(update={"source": "text_layer"})) == option


def test_brackets_are_read_on_scans_too():
    assert chosen(typed("企业（）  民办非企业单位（√）  行业协会（）  技工院校（）")) == "民办非企业单位"
    assert chosen(typed("企业□ 民办非企业单位☑ 行业协会□ 技工院校□")) is None


def test_a_tick_in_brackets_that_was_not_read(tmp_path: Path):
    page = drawn(tmp_path, "企业（ ）  民办非企业单位（√）  行业协会（ ）  技工院校（ ）")
    unread = [line.model_copy(update={"text": line.text.replace("√", " ")}) for line in page.lines]
    one = choice(page.model_copy(update={"lines": unread}))
    assert one is not None
    assert one.option == "民办非企业单位"


def drawn(folder: Path, printed: str) -> Page:
    """Return a scan on which □, ■, ☑ and √ of a text are drawn; of them √ alone is read."""
    page = typed(printed)
    image = np.full((page.height, page.width), 245, np.uint8)
    for line in page.lines:
        for sign, (left, right) in zip(line.text, line.extents, strict=True):
            if sign not in "□■☑√☒":
                continue
            x, y = round((left + right) / 2 * page.width), round((line.box[1] + line.box[3]) / 2 * page.height)
            if sign != "√":
                cv2.rectangle(image, (x - 7, y - 7), (x + 7, y + 7), 40, -1 if sign == "■" else 1)
            if sign in "√☑":
                cv2.polylines(image, [np.array([(x - 5, y), (x - 1, y + 5), (x + 7, y - 6)])], False, 30, 2)
    cv2.imwrite(str(folder / "page.png"), image)
    return page.model_copy(update={"image": folder / "page.png"})


@pytest.mark.parametrize(
    ("printed", "option"),
    [
        ("□ 企业   □ 民办非企业单位   ☑ 行业协会   □ 技工院校", "行业协会"),
        ("企业 □   民办非企业单位 ☑   行业协会 □   技工院校 □", "民办非企业单位"),
        ("√ 企业   □ 民办非企业单位   □ 行业协会   □ 技工院校", "企业"),
        ("□ 企业   □ 民办非企业单位   □ 行业协会   √ 技工院校", "技工院校"),
        ("企业 □   民办非企业单位 □   行业协会 □   技工院校 √", "技工院校"),
        ("□ 企业   ■ 民办非企业单位   □ 行业协会   □ 技工院校", "民办非企业单位"),
        ("□ 企业 □ 民办非企业单位 □ 行业协会 ■ 技工院校", "技工院校"),
        ("√ 企业 □ 民办非企业单位 □ 行业协会 □ 技工院校", "企业"),
        ("企业 ☑   民办非企业单位 □   行业协会 □   技工院校      □", "企业"),
        ("□ 企业   □ 民办非企业单位   □ 行业协会   □ 技工院校", None),
        ("□ 企业   ■ 民办非企业单位   ■ 行业协会   □ 技工院校", None),
    ],
)
def test_boxes_on_a_scan(tmp_path: Path, printed: str, option: str | None):
    assert chosen(drawn(tmp_path, printed)) == option


def test_a_box_that_a_letter_all_but_touches(tmp_path: Path):
    page = drawn(tmp_path, "□ 企业   □ 民办非企业单位   ☑ 行业协会   □ 技工院校")
    image = cv2.imread(str(page.image), cv2.IMREAD_GRAYSCALE)
    for line in page.lines:
        for sign, (left, right) in zip(line.text, line.extents, strict=True):
            if sign in "□☑":
                x, y = round((left + right) / 2 * page.width), round((line.box[1] + line.box[3]) / 2 * page.height)
                cv2.rectangle(image, (x + 9, y - 6), (x + 11, y + 6), 30, -1)
    cv2.imwrite(str(page.image), image)
    one = choice(page)
    assert one is not None
    assert (one.option, one.confidence) == ("行业协会", 1.0)


def test_a_letters_edge_is_no_box_beside_a_tick(tmp_path: Path):
    page = drawn(tmp_path, "□ 企业   √ 民办非企业单位   □ 行业协会   □ 技工院校")
    image = cv2.imread(str(page.image), cv2.IMREAD_GRAYSCALE)
    for line in page.lines:
        at = line.text.find("民")
        if at >= 0:
            x, y = round(line.extents[at][0] * page.width), round((line.box[1] + line.box[3]) / 2 * page.height)
            cv2.rectangle(image, (x - 4, y - 4), (x + 4, y + 4), 30, 1)
    cv2.imwrite(str(page.image), image)
    assert chosen(page) == "民办非企业单位"


LEVELS = ("五级", "四级", "三级", "二级", "一级")


def all_chosen(page: Page) -> list[str] | None:
    return ticked_of_several(
        sum((passage_of(line, page) for line in page.lines[1:]), passage_of(page.lines[0], page)), LEVELS
    )


@pytest.mark.parametrize(
    ("printed", "options"),
    [
        ("☑五级 ☑四级 ☑三级 □二级 □一级", ["五级", "四级", "三级"]),
        ("五级■ 四级■ 三级□ 二级□ 一级□", ["五级", "四级"]),
        # One sign is missing, or there is none.
        ("☑五级 ☑四级 三级 □二级 □一级", []),
        ("五级、四级、三级", None),
    ],
)
def test_any_number_of_signs_in_a_text_layer(printed: str, options: list[str] | None):
    assert all_chosen(typed(printed).model_copy(update={"source": "text_layer"})) == options


def test_any_number_of_brackets_on_a_scan(tmp_path: Path):
    page = drawn(tmp_path, "五级（√）  四级（V）  三级（N）  二级（）  一级（）")
    assert all_chosen(page) == ["五级", "四级", "三级"]


def test_empty_brackets_hold_no_tick_that_was_not_read(tmp_path: Path):
    page = drawn(tmp_path, "五级（√）  四级（√）  三级（√）  二级（）  一级（）")
    # √ is drawn, and not read.
    unread = [line.model_copy(update={"text": line.text.replace("三级（√）", "三级（ ）")}) for line in page.lines]
    assert all_chosen(page.model_copy(update={"lines": unread})) == []
    # Nothing shows what is in the brackets.
    assert all_chosen(page.model_copy(update={"image": None})) == []


@pytest.mark.parametrize(
    ("printed", "options"),
    [
        ("☑ 五级   ☑ 四级   ■ 三级   □ 二级   □ 一级", ["五级", "四级", "三级"]),
        ("五级 ☑   四级 □   三级 ☑   二级 □   一级 □", ["五级", "三级"]),
        ("□ 五级   □ 四级   □ 三级   □ 二级   □ 一级", []),
        # The box of one was not found.
        ("☑ 五级   ☑ 四级   三级   □ 二级   □ 一级", []),
        ("五级、四级、三级", None),
    ],
)
def test_any_number_of_boxes_on_a_scan(tmp_path: Path, printed: str, options: list[str] | None):
    page = drawn(tmp_path, printed)
    # The recogniser reads none of them.
    bare = [line for line in page.lines if line.text.strip("□■☑")]
    assert all_chosen(page.model_copy(update={"lines": bare})) == options


@pytest.mark.parametrize("ticked", [[0, 1, 2], [1], [4], [0, 1, 2, 3]])
def test_ticks_that_run_out_of_their_boxes_into_the_letters(tmp_path: Path, ticked: list[int]):
    page = drawn(tmp_path, "□五级 □四级 □三级 □二级 □一级")
    image = cv2.imread(str(page.image), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    (line,) = page.lines
    boxes = [extent for sign, extent in zip(line.text, line.extents, strict=True) if sign == "□"]
    for number, (left, right) in enumerate(boxes):
        x, y = round((left + right) / 2 * page.width), round((line.box[1] + line.box[3]) / 2 * page.height)
        cv2.rectangle(image, (x + 12, y - 8), (x + 26, y + 8), (60,), 2)
        if number in ticked:
            cv2.polylines(image, [np.array([(x - 8, y), (x - 1, y + 6), (x + 14, y - 12)])], False, (50,), 3)
    cv2.imwrite(str(tmp_path / "page.png"), image)
    bare = line.model_copy(update={"text": line.text.replace("□", " ")})
    assert all_chosen(page.model_copy(update={"lines": [bare]})) == [LEVELS[number] for number in ticked]


def test_an_option_that_was_not_read_whole_may_be_ticked(tmp_path: Path):
    page = drawn(tmp_path, "☑ 五级   ☑ 四级   ■ 三级   □ 二级   ■ 一级")
    unread = [
        line.model_copy(update={"text": line.text.replace("一级", "上级")})
        for line in page.lines
        if line.text.strip("□■☑")
    ]
    assert all_chosen(page.model_copy(update={"lines": unread})) == []


def test_an_option_is_not_put_together_of_two_rows_where_it_stands_in_one(tmp_path: Path):
    page = drawn(tmp_path, "■ 初级   ■ 中级   ■ 高级\n□ 技师   □ 高级技师")
    bare = [line for line in page.lines if line.text.strip("□■")]
    one = page.model_copy(update={"lines": bare})
    whole = sum((passage_of(line, one) for line in bare[1:]), passage_of(bare[0], one))
    assert ticked_of_several(whole, ("高级技师", "技师", "高级", "中级", "初级")) == ["初级", "中级", "高级"]


TICK, CROSS, DASH = [(0, 10), (7, 18), (18, 0)], [(0, 0), (18, 18), (9, 9), (0, 18), (18, 0)], [(0, 9), (18, 9)]


@pytest.mark.parametrize(("drawn", "levels"), [(TICK, [5, 4, 3]), (CROSS, []), (DASH, []), ([], [5, 4])])
def test_a_tick_in_a_column_of_levels_that_was_not_read(
    tmp_path: Path, drawn: list[tuple[int, int]], levels: list[int]
):
    page = typed(
        """
        # 备案申请表
        | 序号 | 职业（工种）名称 | 职业编码   | 五级 | 四级 | 三级 | 二级 | 一级 |
        | 1    | 车工             | 6-18-01-01 | √    | √    |      |      |      |
        | 2    | 铣工             | 6-18-01-02 | √    |      |      |      |      |
        """
    )
    image = np.full((page.height, page.width, 3), 245, np.uint8)
    cells = {(index // 8, index % 8): box for index, box in enumerate(page.cells)}
    strokes = {(1, 3): TICK, (1, 4): TICK, (2, 3): TICK, (1, 5): drawn}
    for place, stroke in strokes.items():
        left, top = (round(edge * size) for edge, size in zip(cells[place][:2], (page.width, page.height), strict=True))
        points = np.array([(left + 24 + x, top + 9 + y) for x, y in stroke], np.int32).reshape(-1, 1, 2)
        cv2.polylines(image, [points], isClosed=False, color=(30, 30, 30), thickness=2)
    cv2.imwrite(str(tmp_path / "1.png"), image)
    page.image = tmp_path / "1.png"
    occupations = document_types()[DocumentKind.APPLICATION_FORM].read([page])["occupations"].value
    assert isinstance(occupations, list)
    assert occupations[0]["levels"] == levels
