"""Documents that share a page: copies of several certificates on one sheet, one list under another."""

import json

import pytest
from typed_pages import typed

from extractors.dossier import read_documents
from flows.privacy import masked
from schemas.report import Report, Verdict

STACKED = """
    # 职业技能等级证书
    姓名：张样例
    职业名称：电工
    职业技能等级：三级/高级工
    证书编号：S000011010001223000001
    发证日期：2022年3月1日


    # 职业技能等级证书
    姓名：李示例
    职业名称：焊工
    职业技能等级：四级/中级工
    证书编号：S000011010001224000002
    发证日期：2022年3月1日
"""
BESIDE = """
    职业技能等级证书                           职业技能等级证书
    姓名：张样例                               姓名：李示例
    职业名称：电工                             职业名称：焊工
    职业技能等级：三级/高级工                  职业技能等级：四级/中级工
    证书编号：S000011010001223000001           证书编号：S000011010001224000002
    发证日期：2022年3月1日                     发证日期：2022年3月1日
"""
# The pages of one booklet: both name the person, and one of them was misread.
BOOKLET = """
    姓名：张样例                     姓名：张祥例
    性别：男                         职业名称：电工
    证书编号：2015000000300218       技能等级：三级
    身份证号：000101199001010028     发证日期：2015年6月30日
"""
LISTS = """
    # 专家名单
    | 序号 | 姓名   | 身份证号           | 所在单位 | 职称  | 专业     |
    | 1    | 李样   | 000101199001010028 | 样例公司 | 讲师  | 电工     |
    # 考评员名单
    | 序号 | 姓名   | 身份证号           | 所在单位 | 职称  | 考评职业 |
    | 1    | 张样   | 000101199001010036 | 样例公司 | 讲师  | 焊工     |
"""
FIRST = {"person": "张样例", "occupation": "电工", "level": 3, "certificate_number": "S000011010001223000001"}
SECOND = {"person": "李示例", "occupation": "焊工", "level": 4, "certificate_number": "S000011010001224000002"}


def reported(*texts: str) -> Report:
    documents = read_documents([typed(text, number=number) for number, text in enumerate(texts, start=1)])
    return Report(programme="jilin-2022", dossier="JL-1", received=None, verdict=Verdict.REVIEW, documents=documents)


def listed(report: Report) -> list[tuple[str, list[int], dict[str, object]]]:
    """Return what report.json lists: ids, pages, values."""
    return [
        (
            one["id"],
            [page["page"] for page in one["pages"]],
            {name: field["value"] for name, field in one["fields"].items()},
        )
        for one in json.loads(report.model_dump_json())["documents"]
    ]


@pytest.mark.parametrize("text", [STACKED, BESIDE])
def test_certificates_on_one_sheet_are_documents_of_their_own(text: str) -> None:
    assert listed(reported(text)) == [("d1", [1], FIRST), ("d1-2", [1], SECOND)]


def test_four_certificates_follow_one_another_row_by_row() -> None:
    lower = BESIDE.replace("张样例", "王样例").replace("李示例", "赵示例").replace("00000", "00001")
    found = listed(reported(f"{BESIDE}\n\n\n{lower}"))
    assert [values["person"] for _, _, values in found] == ["张样例", "李示例", "王样例", "赵示例"]
    assert [values["certificate_number"] for _, _, values in found] == [
        "S000011010001223000001",
        "S000011010001224000002",
        "S000011010001223000011",
        "S000011010001224000012",
    ]


def test_the_pages_of_a_booklet_are_one_certificate() -> None:
    ((_, _, values),) = listed(reported(f"# 职业资格证书\n{BOOKLET}"))
    assert (values["occupation"], values["level"], values["certificate_number"]) == ("电工", 3, "2015000000300218")


def test_a_list_under_another_is_listed() -> None:
    found = listed(reported(LISTS))
    assert [(id_, values["role"]) for id_, _, values in found] == [("d1", "expert"), ("d1-2", "assessor")]


def test_identity_numbers_are_masked_in_all_of_them() -> None:
    report = reported(LISTS)
    assert "000101199001010036" in report.model_dump_json()
    shown = masked(report).model_dump_json()
    assert "000101199001010028" not in shown
    assert "000101199001010036" not in shown
    assert "000101********0036" in shown


def test_booklets_that_follow_one_another_are_documents_of_their_own() -> None:
    pages = (
        "姓名 张样例\n职业名称 电工\n技能等级 三级\n证书编号：2015000000300218\n评定成绩 合格\n发证日期 2015年6月",
        "姓名 李示例\n职业名称 焊工\n技能等级 四级\n证书编号：2016000000400117\n评定成绩 合格\n发证日期 2016年6月",
    )
    found = listed(reported(f"# 职业资格证书\n{pages[0]}", pages[1]))
    assert [(page, values["person"], values["occupation"]) for _, page, values in found] == [
        ([1, 2], "张样例", "电工"),
        ([2], "李示例", "焊工"),
    ]
