"""Lists of people in layouts that offices print: without lines, with broken heads, on cards, several to a page."""

import pytest
from typed_pages import typed

from extractors.documents import document_types, parsers
from schemas.base import Box
from schemas.document import DocumentKind, Field
from schemas.page import Line, Page

FIRST, SECOND, THIRD = "11010519491231002X", "110105194912310038", "110105194912310054"


def roster(*pages: str | Page) -> dict[str, Field]:
    read = [typed(page, number=number) if isinstance(page, str) else page for number, page in enumerate(pages, start=1)]
    return document_types()[DocumentKind.STAFF_ROSTER].read(read)


def people(*pages: str | Page, keys: tuple[str, ...] = ("name", "id_number", "title", "occupation")) -> list[list[str]]:
    value = roster(*pages)["people"].value
    assert isinstance(value, list)
    return [[one[key] for key in keys] for one in value]


EXPECTED = [
    ["张样", FIRST, "高级工程师", "电工"],
    ["欧阳样例", SECOND, "讲师", "西式面点师"],
]
LAYOUTS = {
    "unruled": f"""
        # 考评员名单
        序  姓    名    居民身份证号码        职务或职称    考评工种

        1   张样        {FIRST}    高级工程师    电工
        2   欧阳样例    {SECOND}    讲师          西式面点师
    """,
    "head over two rows": f"""
        # 考评员名单
                                                            考评职业
        序  姓名        身份证号              职称
                                                            （工种）

        1   张样        {FIRST}    高级工程师    电工

        2   欧阳样例    {SECOND}    讲师          西式面点师
    """,
    "cells over two rows": f"""
        # 考评员名单
        序号  姓名        身份证号              职称      考评职业

                                                高级工
        1     张样        {FIRST}              电工
                                                程师

                                                          西式面
        2     欧阳样例    {SECOND}    讲师
                                                          点师

        > 样例市晨星职业培训学校
    """,
    "cards": f"""
        # 考评员名单
        | 姓名     | 张样       | 身份证号 | {FIRST} |
        | 技术职称 | 高级工程师 | 考评职业 | 电工               |
        | 姓名     | 欧阳样例   | 身份证号 | {SECOND} |
        | 技术职称 | 讲师       | 考评职业 | 西式面点师         |
    """,
    "a person in a row with labels": f"""
        # 考评员名单
        | 姓名 | 张样     | 身份证号 | {FIRST} | 职称 | 高级工程师 | 工种 | 电工       |
        | 姓名 | 欧阳样例 | 身份证号 | {SECOND} | 职称 | 讲师       | 工种 | 西式面点师 |
    """,
    "title in the first row": f"""
        | 样例市晨星职业培训学校考评人员名单                                          |
        | 序 | 姓名     | 居民身份证号码     | 专业技术职务或技能等级 | 考评工种      |
        | 1  | 张样     | {FIRST} | 高级工程师             | 电工          |
        | 2  | 欧阳样例 | {SECOND} | 讲师                   | 西式面点师    |
    """,
    "columns nobody asked for": f"""
        # 考评员名单
        | 序 | 姓名     | 职务 | 证件号码           | 职称       | 职业技能等级证书编号 | 所学专业 | 考评职业（工种） |
        | 1  | 张样     | 主任 | {FIRST} | 高级工程师 | S000012345678203     | 机械     | 电工             |
        | 2  | 欧阳样例 | 教师 | {SECOND} | 讲师       | S000012345678204     | 烹饪     | 西式面点师       |
    """,
    "a sign for nothing, a remark": f"""
        # 考评员名单
        序号  姓名        身份证号              职称          考评职业      学历

        1     张样        {FIRST}    高级工程师    电工            /
        2     欧阳样例    {SECOND}    讲师          西式面点师      —

         （以上人员均已签订聘用协议，由样例市晨星职业培训学校填报，共二人。）
    """,
    "two columns only in words": f"""
        # 考评员名单
        | 工作信息                                                          | 备注 |
        | 序 | 姓名     | 身份证号           | 职称       | 考评职业         |      |
        | 1  | 张样     | {FIRST} | 高级工程师 | 电工             |      |
        | 2  | 欧阳样例 | {SECOND} | 讲师       | 西式面点师       |      |
        |    |          |                    |            |                  |      |
    """,
    "two to a row": f"""
        # 考评员名单
        | 姓名 | 身份证号           | 职称       | 考评工种 | 姓名     | 身份证号           | 职称 | 考评工种   |
        | 张样 | {FIRST} | 高级工程师 | 电工     | 欧阳样例 | {SECOND} | 讲师 | 西式面点师 |
    """,
    "a title in either of two columns, a head in two rows": f"""
        # 考评员名单
        | 序号 | 基本情况                                   | 资格情况                  |
        | 序号 | 姓名     | 身份证编号         | 考评工种   | 职称       | 职业资格等级 |
        | 1    | 张样     | {FIRST} | 电工       | 高级工程师 |              |
        | 2    | 欧阳样例 | {SECOND} | 西式面点师 |            | 讲师         |
        |      | 以下空白 |                    |            |            |              |
    """,
    "a note close under it, a signature": f"""
        # 考评员名单
        序  姓名        身份证号              职称          考评工种

        1   张样        {FIRST}    高级工程师    电工
        2   欧阳样例    {SECOND}    讲师          西式面点师
        注：以上人员均为本单位聘用。
        （样例市晨星职业培训学校）
    """,
    "two tables": f"""
        # 考评员名单
        电工
        序号  姓名        身份证号              职称          考评职业

        1     张样        {FIRST}    高级工程师    电工

        西式面点师

        序号  姓名        身份证号              职称          考评职业

        1     欧阳样例    {SECOND}    讲师          西式面点师
    """,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout):
    assert people(LAYOUTS[layout]) == EXPECTED


@pytest.mark.parametrize("ruled", [False, True])
def test_a_table_goes_on_without_its_head(ruled):
    second = f"3   赵样        {THIRD}    技师          焊工"
    page = LAYOUTS["unruled"]
    if ruled:
        page = LAYOUTS["title in the first row"]
        second = f"| 3  | 赵样     | {THIRD} | 技师                   | 焊工          |"
    assert people(page, second) == [*EXPECTED, ["赵样", THIRD, "技师", "焊工"]]


@pytest.mark.parametrize("ruled", [False, True])
def test_what_stands_over_a_repeated_head_is_nobody(ruled: bool):
    head, row = "序  姓名      身份证号              职称      考评工种", f"3   赵样      {THIRD}    技师      焊工"
    if ruled:
        head = "| 序 | 姓名     | 身份证号           | 职务/职称              | 考评职业/工种 |"
        row = f"| 3  | 赵样     | {THIRD} | 技师                   | 焊工          |"
    page = LAYOUTS["title in the first row" if ruled else "unruled"]
    over = "单位：样例市    样例职业协会        2021年8月11日    盖章      负责人"
    second = f"# 考评员名单\n\n{over}\n\n{head}\n{row}"
    assert people(page, second) == [*EXPECTED, ["赵样", THIRD, "技师", "焊工"]]


@pytest.mark.parametrize(
    "under",
    [
        "| 市样例晨星培训 | 2021年8月11日      | 行业协会 |      |",
        "| 样例晨星       |                    |          |      |",
    ],
)
def test_letters_under_a_list_are_nobody(under: str):
    text = f"""
        # 专家名单
        | 姓名           | 身份证号           | 职称     | 专业 |
        | 张样           | {FIRST} | 讲师     | 电工 |
        | 李样例         | {SECOND} | 讲师     | 电工 |
        {under}
    """
    assert [name for name, *_ in people(text)] == ["张样", "李样例"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("2021年8月11日", None),
        ("2021.8.11-2023.8.10", None),
        ("13900000000", None),
        ("1101051949****002X", "1101051949****002X"),
    ],
)
def test_what_is_far_from_an_identity_number_is_none(written: str, number: str | None):
    text = f"# 专家名单\n| 序号 | 姓名 | 身份证号 {' ' * 12} | 职称 |\n| 1    | 张样 | {written} | 讲师 |"
    assert people(text, keys=("name", "id_number")) == [["张样", number]]


def test_rows_are_cut_where_no_text_is():
    page = typed(
        """
        # 专家名单
        | 姓名   | 学历 | 职称 | 专业 |
        | 张样   | 本科 | 技师 | 电工 |
        | 李样例 | 大专 | 讲师 | 焊工 |
        """
    )
    edge = sorted({cell[1] for cell in page.cells})[-1]
    lower = 0.45 * edge + 0.55 * max(cell[3] for cell in page.cells)

    def misread(cell: Box) -> Box:
        """Move the ruling over the last entry down into its text."""
        left, top, right, bottom = cell
        moved = {edge: lower}
        return left, moved.get(top, top), right, moved.get(bottom, bottom)

    cells = [misread(cell) if cell[0] > 0.99 * max(one[0] for one in page.cells) else cell for cell in page.cells]
    assert people(page.model_copy(update={"cells": cells}), keys=("name", "title", "occupation")) == [
        ["张样", "技师", "电工"],
        ["李样例", "讲师", "焊工"],
    ]


def test_a_card_without_its_name_takes_none_of_the_next():
    cards = LAYOUTS["cards"].replace("| 姓名     | 张样   ", "|          |        ")
    read = roster(cards)["people"]
    assert [one["name"] for one in read.value] == ["欧阳样例"]
    assert read.confidence < 0.7


def test_a_list_of_which_a_row_was_lost_is_not_sure():
    rows = [f"| {number} | 样例{name} | {SECOND} | 讲师 |" for number, name in ((1, "甲"), (3, "乙"), (4, "丙"))]
    text = "\n".join(["# 专家名单", f"| 序 | 姓名  | 身份证号 {' ' * 9} | 职称 |", *rows])
    assert roster(text)["people"].confidence < 0.7
    assert roster(text.replace("| 3 |", "| 2 |").replace("| 4 |", "| 3 |"))["people"].confidence > 0.9


@pytest.mark.parametrize(
    ("heading", "role", "sure"),
    [
        ("样例市晨星职业培训学校内部质量督导员名单", "supervisor", True),
        ("专职督导员名单", "supervisor", True),
        ("专职考评人员一览表", "assessor", True),
        ("专职工作人员花名册", "full_time", True),
        ("专职工作人员和专家名单", "full_time", False),
    ],
)
def test_the_heading_says_the_role(heading, role, sure):
    table = f"| 序 | 姓名 | 身份证号           | 职称 |\n| 1  | 张样 | {FIRST} | 讲师 |"
    read = roster(f"# {heading}\n{table}")["role"]
    assert read.value == role
    assert (read.confidence > 0.95) == sure


def test_a_role_that_the_columns_contradict_is_not_sure():
    read = roster(LAYOUTS["title in the first row"].replace("考评人员", "督导人员"))["role"]
    assert (read.value, read.confidence < 0.75) == ("supervisor", True)


def test_an_identity_number_is_put_right_by_what_the_recogniser_saw():
    page = typed(LAYOUTS["unruled"])
    line = next(line for line in page.lines if line.text == FIRST)
    wrong = FIRST[:6] + "7" + FIRST[7:]
    place = page.lines.index(line)
    page.lines[place] = Line(
        text=wrong,
        box=line.box,
        confidence=line.confidence,
        extents=line.extents,
        scores=[0.6 if index == 6 else 0.999 for index in range(len(wrong))],
        alternatives={6: [("1", 0.38)]},
    )
    read = roster(page)["people"]
    assert read.value[0]["id_number"] == FIRST
    assert read.rows[0].confidence == parsers.REPAIRED


@pytest.mark.parametrize(
    ("numbers", "count"),
    [(("1", "2", "3", "4"), 4), (("1", "3", "2", "4"), 4), (("1", "2", "1", "2"), 4), (("1", "2", "4", "5"), None)],
)
def test_trainees_two_to_a_row_are_counted(numbers: tuple[str, ...], count: int | None):
    left, right = numbers[:2], numbers[2:]
    lines = [
        f"{one}     张样    310022           {two}     李样    310038" for one, two in zip(left, right, strict=True)
    ]
    head = "序号  姓名    身份证号码       序号  姓名    身份证号码"
    page = typed("\n".join(["# 学员花名册", head, *lines]))
    assert document_types()[DocumentKind.TRAINEE_ROSTER].read([page])["rows"].value == count


# An employer and a trade stand once for two people, and once for all three; the first person has an own employer.
SHARED = f"""
    # 考评员名单
    | 序号 | 姓名   | 身份证号码         | 工作单位           | 考评职业   | 职称 |
    | 1    | 张样   | {FIRST} | 样例大酒店         |            | 技师 |
    | 2    | 李样例 | {SECOND} |                    | 中式烹调师 | 技师 |
    | 3    | 王样   | {THIRD} |                    |            | 讲师 |
"""


def test_heads_with_little_room_between_them_name_two_columns():
    page = typed(
        f"""
        # 考评员名单
        序号  姓名      身份证号码            职称/技能 考评职业（工
        1     张样      {FIRST}    高级讲师  制冷工
        2     欧阳样例  {SECOND}    讲师      制冷工
        """
    )
    assert people(page) == [["张样", FIRST, "高级讲师", "制冷工"], ["欧阳样例", SECOND, "讲师", "制冷工"]]


def test_a_name_printed_wide_close_behind_another():
    page = typed(
        f"""
        # 考评员名单
        编号 姓    名    身份证号码            职称        考评职业
        1    张样        {FIRST}    高级讲师    制冷工
        2    欧阳样例    {SECOND}    讲师        制冷工
        """
    )
    assert people(page) == [["张样", FIRST, "高级讲师", "制冷工"], ["欧阳样例", SECOND, "讲师", "制冷工"]]


def merged(page: Page, *, left_of: str, rows: tuple[int, int]) -> Box:
    """Make the cells of one column in some of a page's rows one cell, which is returned."""
    head = next(line for line in page.lines if line.text == left_of)
    tops = sorted({cell[1] for cell in page.cells})[rows[0] : rows[1] + 1]
    column = [cell for cell in page.cells if cell[0] < head.box[0] < cell[2] and cell[1] in tops]
    whole = (column[0][0], column[0][1], column[0][2], column[-1][3])
    page.cells[:] = [cell for cell in page.cells if cell not in column] + [whole]
    return whole


def test_what_stands_once_for_several_people_is_each_one_s():
    page = typed(SHARED)
    merged(page, left_of="考评职业", rows=(1, 3))
    cell = merged(page, left_of="工作单位", rows=(2, 3))
    line = typed("样例市晨星学校").lines[0]
    right, down = cell[0] + 0.01 - line.box[0], (cell[1] + cell[3] - line.box[1] - line.box[3]) / 2
    page.lines.append(
        line.model_copy(
            update={
                "box": (line.box[0] + right, line.box[1] + down, line.box[2] + right, line.box[3] + down),
                "extents": [(start + right, end + right) for start, end in line.extents],
            }
        )
    )
    assert people(page, keys=("name", "employer", "occupation")) == [
        ["张样", "样例大酒店", "中式烹调师"],
        ["李样例", "样例市晨星学校", "中式烹调师"],
        ["王样", "样例市晨星学校", "中式烹调师"],
    ]


def test_the_column_under_a_head_over_several_is_the_one_for_its_value():
    page = typed(
        """
        # 专职工作人员名单
        | 姓名   | 学历情况             | 专业技术职务         | 岗位     |
        |        | 学历     | 所学专业  | 名称     | 证书编号  |          |
        | 张样   | 本科     | 教育学    | 讲师     | JS2010003 | 考务管理 |
        | 李样例 |          | 会计      |          | KJ2012004 | 财务管理 |
        """
    )
    tops = sorted({cell[1] for cell in page.cells})
    for head in ("姓名", "岗位"):
        line = next(one for one in page.lines if one.text == head)
        column = [cell for cell in page.cells if cell[0] < line.box[0] < cell[2] and cell[1] in tops[:2]]
        page.cells[:] = [cell for cell in page.cells if cell not in column]
        page.cells.append((column[0][0], column[0][1], column[0][2], column[1][3]))
    assert people(page, keys=("name", "education", "title", "occupation")) == [
        ["张样", "本科", "讲师", "考务管理"],
        ["李样例", None, None, "财务管理"],
    ]


def test_a_list_that_lacks_a_number_of_its_page_is_not_sure():
    page = f"""
        # 考评员名单
        姓名      身份证号码            职称      考评职业
        张样      {FIRST}    技师      电工
        李样例    {SECOND}    讲师      焊工
    """
    assert roster(page)["people"].rows[0].confidence > 0.9
    # Its row was not found in the table.
    assert roster(page + f"\n\n\n\n\n\n\n        {THIRD}")["people"].rows[0].confidence < 0.8


def test_a_scrap_beside_a_number_makes_an_entry_no_remark():
    page = f"""
        # 专家队伍名单
        序    姓名      身份证号码            职称      所属职业
        1     张样      {FIRST}    技师      电工
        2奋   李样例    {SECOND}    讲师      焊工
        3     王样      {THIRD}    讲师      焊工
    """
    assert [name for name, *_ in people(page)] == ["张样", "李样例", "王样"]


@pytest.mark.parametrize("aside", [0.0, 0.021, -0.03])
def test_a_ruled_table_goes_on_where_its_next_sheet_lies_aside(aside: float):
    second = typed(f"| 3  | 赵样     | {THIRD} | 技师                   | 焊工          |")
    lines = [
        line.model_copy(
            update={
                "box": (line.box[0] + aside, line.box[1], line.box[2] + aside, line.box[3]),
                "extents": [(left + aside, right + aside) for left, right in line.extents],
            }
        )
        for line in second.lines
    ]
    cells = [(left + aside, top, right + aside, bottom) for left, top, right, bottom in second.cells]
    moved = second.model_copy(update={"lines": lines, "cells": cells})
    assert people(LAYOUTS["title in the first row"], moved) == [*EXPECTED, ["赵样", THIRD, "技师", "焊工"]]


def test_a_table_of_fewer_columns_on_the_next_page_is_another():
    first = """
        # 考评员名单
        | 序号 | 姓名     | 职称       | 考评工种   |
        | 1    | 张样     | 讲师       | 电工       |
        | 2    | 欧阳样例 | 讲师       | 电工       |
    """
    opinions = """
        | 单位       情况属实     同意申报   张样例 |
        | 初评       情况属实     同意       李样例 |
        | 中心       情况属实     同意       王样例 |
    """
    assert people(first, opinions, keys=("name",)) == [["张样"], ["欧阳样例"]]


def test_people_in_blocks_of_labelled_lines():
    blocks = f"""
        # 外聘专家名册
        1.  姓名：张样            学历：硕士      职称：讲师
            身份证号：{FIRST}
            工作单位：样例职业学院
            专业领域：电工

        2.  姓名：欧阳样例        学历：大专      职称：高级技师
            身份证号：{SECOND}
            工作单位：样例市第二职业学校
            专业领域：西式面点师
    """
    assert people(blocks, keys=("name", "id_number", "title", "employer", "occupation")) == [
        ["张样", FIRST, "讲师", "样例职业学院", "电工"],
        ["欧阳样例", SECOND, "高级技师", "样例市第二职业学校", "西式面点师"],
    ]


def test_blocks_side_by_side_whose_names_stand_over_them():
    blocks = f"""
        # 考评员名单
        1 张样                             2 欧阳样例
        证件号码：{FIRST}         证件号码：{SECOND}
        单位：样例市面点店                 单位：样例市阳光幼儿园
        学历：高中  职称：高级技师         学历：大学  职称：讲师
        考评职业：电工                     考评职业：保育员
    """
    assert people(blocks) == [["张样", FIRST, "高级技师", "电工"], ["欧阳样例", SECOND, "讲师", "保育员"]]


def test_a_post_is_an_occupation_only_where_the_list_names_none():
    head = "| 序号 | 姓名     | 身份证号码           | 岗位     | 对应职业   |"
    rows = f"| 1    | 张样     | {FIRST}   | 考务主管 |            |"
    assert people(f"# 专职工作人员名单\n{head}\n{rows}", keys=("name", "occupation")) == [["张样", None]]
    head, rows = head[: head.rindex("| 对")] + "|", rows[: rows.rindex("|            ")] + "|"
    assert people(f"# 专职工作人员名单\n{head}\n{rows}", keys=("name", "occupation")) == [["张样", "考务主管"]]


def test_levels_with_their_fees_on_the_next_page_are_the_tables_own():
    first = """
        # 职业技能等级认定试点企业申报表
        | 序号 | 职业（工种）名称 | 职业编码   | 认定等级    | 收费标准 |
        | 1    | 车工             | 6-18-01-01 | 五级/初级工 | 180元/人 |
        | 2    | 铣工             | 6-18-01-02 | 四级/中级工 | 220元/人 |
    """
    second = """
        | 3    | 机修钳工         | 6-31-01-02 | 四级/中级工 | 220元/人 |
        | 4    | 电工             | 6-31-01-03 | 三级/高级工 | 260元/人 |
        | 5    | 无损检测员       | 6-31-03-04 | 二级/技师   | 420元/人 |
    """
    pages = [typed(first), typed(second, number=2)]
    occupations = document_types()[DocumentKind.APPLICATION_FORM].read(pages)["occupations"].value
    assert isinstance(occupations, list)
    assert [(one["code"], one["levels"]) for one in occupations] == [
        ("6-18-01-01", [5]),
        ("6-18-01-02", [4]),
        ("6-31-01-02", [4]),
        ("6-31-01-03", [3]),
        ("6-31-03-04", [2]),
    ]
