"""Values on layouts that label them otherwise: inside pages, lines for cells, text that runs on, figures with gaps."""

from pathlib import Path

import pytest
from typed_pages import on_blank_paper, typed

from extractors.documents import document_types
from extractors.documents.parts import rejoined
from extractors.layout import passage_of, rows
from extractors.splitting import split
from extractors.tables import TableRow
from schemas.document import DocumentKind, Field
from schemas.page import Page, Seal

OWNER = "样例市宏远物业管理有限公司"
SCHOOL = "样例市晨星职业培训学校"


def fields_of(kind: str, text: str) -> dict[str, Field]:
    return document_types()[DocumentKind(kind)].read([typed(text)])


def read(kind: str, text: str) -> dict[str, object]:
    return {name: field.value for name, field in fields_of(kind, text).items()}


DEED = f"""
    样房权证样例字第2006005141号
    | 房屋所有权人 | {OWNER}                       |
    | 共有情况     | 单独所有    | 产别     | 其他产 |
    | 房屋坐落     | 样例市样例区文化路200号样例大厦A座 |
    | 登记时间     | 2002-11-26                          |
    | 房屋状况 | 幢号 | 建筑面积（平方米） | 套内建筑面积 | 设计用途 |
    |          | 1    | 2036.00            | 1771.32      | 教学     |
    | 土地状况 | 地号 | 78227 | 取得方式 | 划拨 |
    > 填发单位：样例市房产管理局
"""


def test_inside_page_of_an_old_deed():
    assert [document.kind for document in split([typed(DEED)])] == [DocumentKind.PROPERTY_CERTIFICATE]
    assert read("property_certificate", DEED) == {
        "owner": OWNER,
        "address": "样例市样例区文化路200号样例大厦A座",
        "floor_area": 2036,
        "certificate_number": "样房权证样例字第2006005141号",
    }


def test_form_in_lines():
    fields = read(
        "application_form",
        f"""
        一、申报单位情况
        单位全称：{SCHOOL}
        注册地址：样例市样例区学府路12号
        登记注册机关：样例区民政局
        联系人：张样例
        联系人职务：办公室主任
        """,
    )
    assert fields["name"] == SCHOOL
    assert (fields["address"], fields["registration_authority"]) == ("样例市样例区学府路12号", "样例区民政局")
    assert (fields["contact"], fields["position"]) == ("张样例", "办公室主任")


def test_heads_of_occupations_by_other_names():
    fields = read(
        "application_form",
        """
        | 序号 | 职业（工种）名称 | 职业编码   | 等级         | 起始年月 | 人数 |
        | 1    | 茶艺师           | 4-03-02-07 | 初级工、技师 | 2017.10  | 62   |
        """,
    )
    assert fields["occupations"] == [
        {
            "row": 1,
            "name": "茶艺师",
            "code": "4-03-02-07",
            "is_new": None,
            "started": "2017-10",
            "trained": 62,
            "levels": [5, 2],
        }
    ]


@pytest.mark.parametrize(("head", "value", "is_new"), [("业", "否", False), ("是否", "是", True), ("备注", "否", None)])
def test_a_column_whose_head_was_read_in_part(head: str, value: str, is_new: bool | None):
    table = f"""
        # 申请表
        | 序号 | 职业（工种）名称 | 职业编码   | {head} | 等级 | 人数 |
        | 1    | 茶艺师           | 4-03-02-07 | {value}   | 四级 | 62   |
        """
    [occupation] = read("application_form", table)["occupations"]
    assert occupation["is_new"] is is_new


def test_letters_under_the_occupations_are_none():
    table = """
        # 申请表
        | 序号 | 职业（工种）名称 | 职业编码   | 等级 | 起始年月 | 人数 |
        | 1    | 茶艺师           | 4-03-02-07 | 四级 | 2017.10  | 62   |
        |      | 样例职业协会     |            |      |          |      |
        """
    assert [one["name"] for one in read("application_form", table)["occupations"]] == ["茶艺师"]


@pytest.mark.parametrize(
    "table",
    [
        # A column for every level, ticked.
        """
        # 备案申请表
        | 序号 | 职业（工种）   | 职业编码   | 新职业 | 五级 | 四级 | 三级 | 二级 | 一级 | 开展时间    | 累计人数 |
        | 1    | 电工           | 6-31-01-03 | 否     | √    | √    |      |      |      | 2019-03     | 1,200    |
        | 2    | 人工智能训练师 | 4-04-05-05 | 新     |      |      | √    |      |      | 2020-05至今 | 85人次   |
        """,
        # Beside its own title, with a sum under it.
        """
        # 申请表
        | 申报职业 | 序   | 名称           | 编码       | 拟认定等级 | 新职业 | 开始培训时间   | 培训规模（人） |
        |          | 1    | 电工           | 6-31-01-03 | 五级、四级 | 否     | 2019年3月      | 1200人         |
        |          | 2    | 人工智能训练师 | 4-04-05-05 | 三级       | 是     | 二〇二〇年五月 | 85             |
        |          | 合计 |                |            |            |        |                | 1285           |
        """,
        # Without lines, without numbers, with a note under it.
        """
        # 申请表
        职业名称          职业编码      等级          新职业    起始时间    培训人数

        电工              6-31-01-03    5级、4级      ×         2019.3      1200
        人工智能训练师    4-04-05-05    三级/高级工   √         2020.5      85

        注：新职业以国家发布的为准，人数以花名册为准。
        """,
    ],
)
def test_occupations_in_tables_of_other_makes(table: str):
    electrician = {"row": 1, "name": "电工", "code": "6-31-01-03", "is_new": False, "started": "2019-03"}
    trainer = {"row": 2, "name": "人工智能训练师", "code": "4-04-05-05", "is_new": True, "started": "2020-05"}
    assert read("application_form", table)["occupations"] == [
        {**electrician, "trained": 1200, "levels": [5, 4]},
        {**trainer, "trained": 85, "levels": [3]},
    ]


def test_a_text_that_runs_on_under_the_occupations_is_none():
    occupations = read(
        "application_form",
        """
        # 备案申请表
        | 序号 | 职业名称       | 职业编码       | 培训评价人数 | 评价等级   |
        | 1    | 电工           | 6-31-01-03     | 120          | 五级、四级 |
        | 2    | 保育员         | 4-10-01-03     | 98           | 五级       |
        |      | 技能竞赛11次参 | 与两项职业培训 | 包的开发     | 承担评价   |
        """,
    )["occupations"]
    assert isinstance(occupations, list)
    assert [one["name"] for one in occupations] == ["电工", "保育员"]


def test_two_entries_between_which_no_ruling_was_found():
    page = typed(
        """
        # 申请表
        | 序号 | 职业名称 | 职业编码   | 等级 | 起始时间 |
        | 1    | 电工     | 6-31-01-03 | 四级 | 2019.3   |
        | 2    | 焊工     | 6-18-02-04 | 三级 | 2018.11  |
        """
    )
    first, last = page.cells[5:10], page.cells[10:]
    page.cells[5:] = [(*one[:2], *other[2:]) for one, other in zip(first, last, strict=True)]
    occupations = document_types()[DocumentKind.APPLICATION_FORM].read([page])["occupations"].value
    assert isinstance(occupations, list)
    assert [(one["name"], one["code"], one["levels"]) for one in occupations] == [
        ("电工", "6-31-01-03", [4]),
        ("焊工", "6-18-02-04", [3]),
    ]


@pytest.mark.parametrize("levels", ["、四级、三级", "四三级", "四级、"])
def test_levels_read_in_part_are_none(levels: str):
    fields = read(
        "application_form",
        f"""
        | 序号 | 职业名称 | 职业编码   | 等级         |
        | 1    | 电工     | 6-31-01-03 | {levels:<9} |
        """,
    )
    assert [one["levels"] for one in fields["occupations"]] == [[]]


FORMS = {
    "labels over the values": f"""
        # 申请表
        | 申请机构名称           | 法定代表人   | 经办联系人       | 所任职务     |
        | {SCHOOL} | 王样例       | 李样例           | 主任         |
        | 机构地址               | 批准登记部门 | 注册资金（万元） | 联系方式     |
        | 样例市样例区文化路12号 | 样例区民政局 | 50               | 0471-5550000 |
    """,
    "label and value in one cell": f"""
        # 申请表
        | 单位名称：{SCHOOL} | 法定代表人：王样例     |
        | 地址：样例市样例区文化路12号     | 登记机关：样例区民政局 |
        | 联系人：李样例 | 职务：主任  | 电话：0471-5550000 |
        | 注册资金：50万元                 | 机构性质：企业         |
    """,
    "letters spaced, labels in English as well": f"""
        # 申请表
        | 单　位　名　称 NAME | {SCHOOL} | 法 定 代 表 人 | 王样例       |
        | 地　　　　址 ADDRESS | 样例市样例区文化路12号 | 登　记　机　关 | 样例区民政局 |
        | 联　系　人         | 李样例       | 职　　务 Position | 主任         |
        | 电　话 TEL         | 0471-5550000 | 开办资金        | 伍拾万元整   |
    """,
    "without cells": f"""
        # 申请表
        单位名称  {SCHOOL}      性质  企业
        地  址  样例市样例区文化路12号
        登记机关  样例区民政局      注册资金  50万元
        法人代表  王样例      联系人  李样例      职务  主任      电话  0471-5550000
    """,
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_that_label_otherwise(form: str):
    fields = read("application_form", FORMS[form])
    fields.pop("organisation_type", None)
    assert fields == {
        "name": SCHOOL,
        "address": "样例市样例区文化路12号",
        "registration_authority": "样例区民政局",
        "legal_representative": "王样例",
        "registered_capital": 500000,
        "contact": "李样例",
        "position": "主任",
        "phone": "0471-5550000",
    }


def test_labels_nobody_asked_for_end_a_value():
    fields = fields_of(
        "application_form",
        """
        # 申请表
        通讯地址：样例市样例区文化路12号        邮编：010000
        | 登记机关及时间 | 样例区民政局 2015年3月1日 |
        | 联系人 | | 微信号 | wx123 |
        | 序号 | 职业（工种）名称及编码 | 等级 | 起始日期 |
        | 1    | 电工（6-31-01-03）     | 四级 | 2019.3   |
        """,
    )
    assert fields["address"].value == "样例市样例区文化路12号"
    assert "registration_authority" not in fields
    assert "contact" not in fields or fields["contact"].value is None
    occupations = fields["occupations"].value
    assert isinstance(occupations, list)
    assert [(one["name"], one["code"]) for one in occupations] == [("电工", "6-31-01-03")]


def test_a_name_over_two_rows_of_a_cover_takes_no_date():
    fields = fields_of(
        "application_form",
        """
        # 申请表

                    样例市宏远职业技能培训有限

        申报单位：            公司
        申报日期：        2023年10月19日
        """,
    )
    assert fields["name"].value is None


def test_words_of_the_blank_are_no_values():
    fields = read(
        "lease_contract",
        f"""
        # 房屋租赁合同
        出租方（甲方）：单位或个人
        承租方（乙方）：{SCHOOL}
        第一条 房屋坐落、面积及用途
            （一）甲方出租的房屋坐落于
        样例市样例区文化路200号。
        """,
    )
    assert "lessor" not in fields or fields["lessor"] is None
    assert (fields["lessee"], fields["address"]) == (SCHOOL, "样例市样例区文化路200号")


def test_an_address_ends_where_its_sentence_goes_on():
    fields = read(
        "lease_contract",
        """
        租赁房屋坐落于样例市样例区建设大街870号7号楼，租赁建筑面积为1104.00平方米。
        每一租赁年度的租金为人民币贰拾肆万元整。
        """,
    )
    assert (fields["address"], fields["floor_area"]) == ("样例市样例区建设大街870号7号楼", 1104)
    assert fields["annual_rent"] == 240_000


def test_an_address_is_nobody_s_name():
    fields = read("lease_contract", f"承租方：样例区人民路102号\n出租方：{OWNER}样例区平安路8号")
    assert (fields["lessee"], fields["lessor"]) == (None, OWNER)


def test_an_area_with_a_gap_among_its_figures_is_none():
    fields = read("lease_contract", "总建筑面积  1  3  6  8      2  平方米")
    assert fields["floor_area"] is None
    assert read("lease_contract", "总建筑面积  1  3  6  8  .  5  平方米")["floor_area"] == 1368.5


def test_a_value_under_its_label():
    fields = read(
        "skill_certificate",
        """
        职业 | 技能等级证书
        姓名：张样例
        职业（工种）及等级：
            风力发电运维值班员 技师（二级）
        证书编号：2002990002772393
        """,
    )
    assert (fields["occupation"], fields["level"]) == ("风力发电运维值班员", 2)


def test_a_name_goes_on_in_the_next_row():
    audit = read(
        "audit_report",
        """
        # 审计报告
          报告编号：样例会审字〔2019〕第626号  防伪编号：417586716
        被审计单位名称：样例省晨星职业培训学校
        有限公司
        审计单位名称：样例衡信会计师事务所合伙
        """,
    )
    assert (audit["auditee"], audit["report_number"]) == ("样例省晨星职业培训学校有限公司", "样例会审字〔2019〕第626号")
    pledge = read(
        "integrity_pledge", "# 诚信承诺书\n    承诺单位：样例省样例晨星技\n    工学校\n    法定代表人：张样例"
    )
    assert pledge["name"] == "样例省样例晨星技工学校"


def test_a_term_read_twice_counts_where_it_is_whole():
    fields = read(
        "registration_certificate",
        """
        # 民办非企业单位登记证书
        有效期：2022年1月15日至2025年4
        有效期：2022年1月15日至2025年4月15日
        """,
    )
    assert (fields["valid_from"], fields["valid_to"]) == ("2022-01-15", "2025-04-15")


def test_figures_of_neighbouring_columns_are_no_code():
    fields = read("application_form", "CA6140  42      54400    2018  7")
    assert "credit_code" not in fields


def test_figures_stand_under_their_heads():
    fields = read(
        "financial_statements",
        """
        # 资产负债表
        编制单位：样例市晨星职业培训学校
        | 项目     | 行达 | 期末余额     | 年初余额     | 行次 | 期末余额     | 年初余额     |
        | 资产总计 | 14   | 5,568.529.38 | 4,847,121.40 | 28   | 5,568,529.38 | 4,847,121.40 |
        """,
    )
    assert (fields["entity"], fields["total_assets"]) == (SCHOOL, 5_568_529.38)


def test_a_list_goes_on_under_its_label_beside_another_column():
    page = typed(
        """
        # 民办非企业单位登记证书
        统一社会信用代码：52150400MJY000123X    法定代表人：吴样例
        名称：样例市蒙源职业培训学校            开办资金：叁拾万元
        业务范围：中式烹调师、电工、焊工、育    业务主管单位：样例市人力资源和社会保障局
        婴员、保育师、美容师、美发师、茶艺师    有效期限：自2019年06月12日至2023年06月11日
        等初、中级职业技能培训。
        """
    )
    fields = document_types()[DocumentKind.REGISTRATION_CERTIFICATE].read([page])
    scope = "中式烹调师、电工、焊工、育婴员、保育师、美容师、美发师、茶艺师等初、中级职业技能培训。"
    assert fields["business_scope"].value == scope
    assert fields["name"].value == "样例市蒙源职业培训学校"


def test_a_value_ends_where_another_column_begins_and_goes_on_there():
    page = typed(
        """
        # 营业执照
        名称      样例市朝阳区样例烹饪工作室            组成形式  个人经营
        经营者    沈样例                                注册日期  2018年03月06日
        类型      个体工商户                            经营场所  样例市朝阳区样例街道人民大街3623号
        经营范围  教育咨询服务；业务培训；会议服务      101室
        """
    )
    fields = document_types()[DocumentKind.REGISTRATION_CERTIFICATE].read([page])
    assert fields["business_scope"].value == "教育咨询服务；业务培训；会议服务"
    assert fields["address"].value == "样例市朝阳区样例街道人民大街3623号101室"


def test_rows_under_a_value_that_begin_a_little_further_in_are_its_own():
    page = typed(
        """
        # 营业执照
        经营范围  许可项目：职业技能培训、劳务派遣服务。一般项
                    目：人力资源服务、企业管理咨询、会议服务、
                      教学用具销售。（依法须经批准的项目，经相
                      关部门批准后方可开展经营活动）
        """
    )
    scope = document_types()[DocumentKind.REGISTRATION_CERTIFICATE].read([page])["business_scope"].value
    assert isinstance(scope, str)
    assert scope.endswith("关部门批准后方可开展经营活动）")


@pytest.mark.parametrize("before", ["·", "＊", "3、", "（2）"])
def test_a_label_behind_a_number_or_a_speck(before: str):
    fields = read(
        "application_form",
        f"""
        | 名称           | {SCHOOL} |
        | {before}法定代表人 | 张样例 |
        """,
    )
    assert fields["legal_representative"] == "张样例"


def test_a_person_is_no_company_whose_own_label_was_not_read():
    fields = read(
        "registration_certificate",
        f"""
        # 营业执照
        名    称    {SCHOOL}
        法定代表人    张样例
        类          有限责任公司
        """,
    )
    assert fields["legal_representative"] == "张样例"


def test_last_figures_beyond_the_edge_of_their_cell():
    fields = read(
        "application_form",
        """
        | 序号 | 职业（工种）名称 | 职业编码 | 是否新职业 | 起始年月 | 人数 |
        | 1    | 茶艺师           | 4-03-02-0|7 否        | 2017.10  | 62   |
        """,
    )
    occupations = fields["occupations"]
    assert isinstance(occupations, list)
    assert {"code": "4-03-02-07", "is_new": False, "trained": 62}.items() <= occupations[0].items()


def test_a_figure_of_another_row_belongs_to_no_number():
    people = read(
        "staff_roster",
        f"""
        # 专职工作人员名单
        序号    姓名      身份证号              工作单位
        1       张样例    110101199003070011    {SCHOOL}
                               7
        2       李样例    11010119900307002X    {SCHOOL}
        """,
    )["people"]
    assert isinstance(people, list)
    assert [person["id_number"] for person in people] == ["110101199003070011", "11010119900307002X"]


def test_a_figure_that_the_edge_of_its_cell_cuts_in_two_is_one():
    fields = read(
        "application_form",
        """
        | 序号 | 职业（工种）名称 | 职业编码 | 是否新职业 | 起始年月 | 人数 |
        | 1    | 制图员           | 3-01-02-0|07 否       | 2013-06  | 93   |
        """,
    )
    occupations = fields["occupations"]
    assert isinstance(occupations, list)
    assert {"code": "3-01-02-07", "is_new": False}.items() <= occupations[0].items()


def test_a_number_is_whole_where_its_column_is_not_as_slanted_as_the_page():
    page = typed(
        f"""
        # 考评人员名单
        | 序号 | 姓名   | 身份证号           | 工作单位 |
        | 1    | 张样例 | 110101199003070011 | {SCHOOL} |
        | 2    | 李样例 | 11010119900307002X | {SCHOOL} |
        """
    )
    for line in page.lines:
        if line.text.startswith("11010119900307002X"):
            shift = 4 * (line.box[2] - line.box[0]) / len(line.text)
            left, top, right, bottom = line.box
            line.box = (left - shift, top, right - shift, bottom)
            line.extents = [(begin - shift, end - shift) for begin, end in line.extents]
    people = document_types()[DocumentKind.STAFF_ROSTER].read([page])["people"].value
    assert isinstance(people, list)
    assert [person["id_number"] for person in people] == ["110101199003070011", "11010119900307002X"]


def test_a_person_s_number_is_no_credit_code():
    fields = read("application_form", f"单位名称：{SCHOOL}\n联系人：张样例  110101199003070019")
    assert fields["name"] == SCHOOL
    assert "credit_code" not in fields


def test_a_number_cut_off_is_completed_by_itself_alone():
    page = typed("1 保安员 4-07-05-01 2 茶艺师 4-03-02-07")
    (line,) = page.lines
    whole = passage_of(line, page)
    start = whole.text.index("4-03-02-07")
    (row,) = rejoined([TableRow({"code": whole[start + 1 : start + 10]}, whole)])
    assert row.columns["code"].text == "4-03-02-07"


def test_the_day_on_which_an_occupation_was_begun():
    text = """
        拟开展职业技能等级评价的职业（工种）情况
        | 序号 | 职业（工种）名称 | 职业编码   | 培训评价起始日期 | 已培训评价人数 | 评价等级范围 |
        | 1    | 中式面点师       | 4-03-02-02 | 2013.5.10        | 4260           | 5、4、3      |
        | 2    | 保育员           | 4-10-01-03 | 2013年5月        | 2240           | 5、4、3      |
    """
    rows = read("application_form", text)["occupations"]
    assert isinstance(rows, list)
    assert [row["started"] for row in rows if isinstance(row, dict)] == ["2013-05-10", "2013-05"]


def test_heads_whose_beginnings_stand_in_one_line():
    page = typed("""
        拟开展职业技能等级评价的职业（工种）情况
        序号  职业（工种）名称   职业编码    是否新 培训评价起始  已培训评价  评价等级范围
                                              职业     日期         人数
        1     中式面点师         4-03-02-02  否      2013/04/01       4260        5、4、3
        2     保育员             4-10-01-03  否      2015/09/01       2240        5、4、3
    """)
    rows = document_types()[DocumentKind.APPLICATION_FORM].read([page])["occupations"].value
    assert isinstance(rows, list)
    found = [(row["is_new"], row["started"], row["trained"]) for row in rows if isinstance(row, dict)]
    assert found == [(False, "2013-04-01", 4260), (False, "2015-09-01", 2240)]


def test_labels_and_values_that_take_turns():
    text = """
        # 职业资格证书
        姓名
        雷样例
        职业（工种）
        电工
        职业资格等级
        国家职业资格一级/高级技师
        证书编号 1005000001100126
    """
    assert read("skill_certificate", text) == {
        "person": "雷样例",
        "occupation": "电工",
        "level": 1,
        "certificate_number": "1005000001100126",
    }


def test_a_blank_beside_its_label_takes_nothing_from_the_row_under_it():
    text = """
        联系人
        本单位郑重承诺以上材料真实有效
        电子邮箱：yangli@example.com
    """
    assert read("application_form", text).get("contact") is None


def test_a_label_half_way_down_between_the_rows_of_its_value():
    page = typed("""
        地址          天津市样例新区港城大道66号


                      天津市样例新区市场监督管
                      理局
        联系人        乔样例
    """)
    first, second = (line for line in page.lines if line.text in {"天津市样例新区市场监督管", "理局"})
    middle = (first.box[1] + second.box[3]) / 2
    label = first.model_copy(
        update={
            "text": "注册登记机构",
            "box": (0.08, middle - 0.007, 0.2, middle + 0.007),
            "extents": [(0.08 + 0.02 * place, 0.1 + 0.02 * place) for place in range(6)],
        }
    )
    page.lines.append(label)
    page.lines.sort(key=lambda line: (line.box[1], line.box[0]))
    fields = document_types()[DocumentKind.APPLICATION_FORM].read([page])
    assert fields["registration_authority"].value == "天津市样例新区市场监督管理局"
    assert fields["address"].value == "天津市样例新区港城大道66号"


def test_the_head_of_a_school_is_not_its_legal_representative_where_both_are_named():
    permit = "# 民办学校办学许可证\n名称：样例职业培训学校\n校长：万样例\n法定代表人：韩样例"
    assert read("school_permit", permit)["legal_representative"] == "韩样例"
    assert read("school_permit", permit.rpartition("\n")[0])["legal_representative"] == "万样例"


def test_who_took_an_examination_on_a_day():
    text = "# 职业资格证书\n于样例于二○一六年十二月参加家政服务员职业技能鉴定，成绩合格。\n等级：二级（技师）"
    assert read("skill_certificate", text)["person"] == "于样例"


def test_the_rank_of_a_title_is_no_level_of_skill():
    text = "# 专业技术资格证书\n姓名：黄样例\n专业：护理   级别：中级\n资格名称：主管护师"
    assert read("skill_certificate", text)["level"] is None


def test_one_character_of_a_wide_label_tells_whose_certificate_it_is():
    text = f"# 营业执照\n名          {SCHOOL}有限公司\n类型        有限责任公司\n住所        样例市样例区学府路12号"
    assert read("registration_certificate", text)["name"] == f"{SCHOOL}有限公司"


def test_the_room_under_a_label_adjoins_it():
    page = typed("""
        | 联系电话 | 13800000000 |
        | 电子邮箱 |


        | 序号     | 职业（工种）名称 |
        |          |                  |
    """)
    label = page.lines[2]
    shift = 0.1
    page.lines.append(
        label.model_copy(
            update={
                "text": "yangli@example.com",
                "box": (label.box[2] + shift, label.box[1], label.box[2] + 3 * shift, label.box[3]),
                "extents": [
                    (label.box[2] + shift * (1 + n / 9), label.box[2] + shift * (1 + (n + 1) / 9)) for n in range(18)
                ],
            }
        )
    )
    fields = document_types()[DocumentKind.APPLICATION_FORM].read([page])
    assert fields["email"].value == "yangli@example.com"


def test_a_value_in_the_row_under_its_colon_where_another_label_follows():
    text = """
        # 职业资格证书
        姓名 邓样例  性别女
        职业（工种）及等级：
        中式烹调师二级/技师
        证书编号：1607000003200418
    """
    assert read("skill_certificate", text) == {
        "person": "邓样例",
        "occupation": "中式烹调师",
        "level": 2,
        "certificate_number": "1607000003200418",
    }


def test_the_number_of_an_entry_is_no_figure_of_the_number_beside_it():
    text = """
        # 专家队伍名单
        序号  姓名      身份证号              所在单位
              曾样
        1               220104197511024973    样例商务职业学院
              国

              周样
        2               220106196607168398    样例餐饮行业协会
              华
    """
    people = read("staff_roster", text)["people"]
    assert isinstance(people, list)
    assert [(one["name"], one["id_number"]) for one in people if isinstance(one, dict)] == [
        ("曾样国", "220104197511024973"),
        ("周样华", "220106196607168398"),
    ]


def test_labels_that_share_a_cell_share_its_value():
    fields = read(
        "application_form",
        """
        # 社会培训评价组织申请表
        | 机构全称     | 样例市晨星职业培训学校   | 机构类型  | 社会培训机构                    |
        | 联系人/职务  | 张样例／教学副校长       | 手机/邮箱 | 13100008826、chenxing@example.cn |
        """,
    )
    assert (fields["contact"], fields["position"]) == ("张样例", "教学副校长")
    assert (fields["phone"], fields["email"]) == ("13100008826", "chenxing@example.cn")


def test_a_comma_read_as_a_full_stop_does_not_cut_a_figure_in_two():
    fields = read(
        "financial_statements",
        """
        # 资产负债表
        编制单位：样例市晨星职业培训学校
        | 项目     | 行次 | 期末余额       | 年初余额       |
        | 资产总计 | 11   | 186,402.915.38 | 177,888,518.43 |
        """,
    )
    assert fields["total_assets"] == 186_402_915.38


def test_a_name_in_brackets_or_before_a_day_is_the_owners():
    title = "# 职业技能等级认定管理制度汇编"
    assert read("management_system", f"{title}\n# （{SCHOOL} 2022年版）\n一、总则")["entity"] == SCHOOL
    for line in (f"（{SCHOOL}）2022年3月", f"（{SCHOOL}）（盖章）"):
        assert read("management_system", f"{title}\n# {line}\n一、总则")["entity"] == SCHOOL
    assert read("asset_list", f"# 固定资产清单\n{SCHOOL}截至2021年8月31日\n序号 名称")["entity"] == SCHOOL


def test_an_occupation_under_its_label_and_its_translation():
    fields = read(
        "skill_certificate",
        """
                                                姓名 奚样例
                                                Name
                                                职业（工种）及等级
                                                Occupation & Skill Level
                                                中式烹调师 一级（高级技师)
                                                Chinese Cook / Level 1
                                                理论知识考试成绩 91
        证书编号：1302000000100417              Result of Theoretical Knowledge Test
        """,
    )
    assert (fields["person"], fields["occupation"], fields["level"]) == ("奚样例", "中式烹调师", 1)


def test_a_name_that_was_read_whole_gains_nothing_from_a_seal():
    page = typed("# 社会团体法人登记证书\n名称：样例市烹饪协会\n法定代表人：张样例\n发证机关：样例市民政局")
    line = page.lines[-1]
    box = (line.box[0], line.box[1] - 0.05, line.box[2], line.box[3] + 0.05)
    page.seals.append(Seal(text="样例市民政局出", confidence=0.75, file=page.file, page=1, box=box))
    fields = document_types()[DocumentKind.REGISTRATION_CERTIFICATE].read([page])
    assert fields["registration_authority"].value == "样例市民政局"


@pytest.mark.parametrize(
    ("text", "occupation", "level", "number"),
    [
        # The next row is another label's.
        (
            """# 职业资格证书
            持证人      裘样安
            工种        电工
            级别        二级/技师
            证号        1605000000200871
            理论/实操   77 / 84""",
            "电工",
            2,
            "1605000000200871",
        ),
        (
            """# 职业资格证书
            褚样军同志参加中式烹调师职业技能鉴定，理论知识81分，操作技能85分，综合
            评定合格，准予核发一级/高级技师职业资格证书。
            证书号：1605000000100209""",
            "中式烹调师",
            1,
            "1605000000100209",
        ),
        # The number stands under its label.
        (
            "# 职业资格证书\n姓名 苏样林\n职业（工种）：公共营养师\n等级：二级\n证书编号\n1205000000201176",
            "公共营养师",
            2,
            "1205000000201176",
        ),
    ],
)
def test_certificates_of_other_makes(text: str, occupation: str, level: int, number: str):
    fields = read("skill_certificate", "\n".join(line.strip() for line in text.split("\n")))
    assert (fields["occupation"], fields["level"], fields["certificate_number"]) == (occupation, level, number)


def test_a_permits_number_may_have_words_within():
    fields = read("school_permit", f"# 民办学校办学许可证\n> 教民人社证字215050260000158号\n名称 {SCHOOL}")
    assert fields["permit_number"] == "教民人社证字215050260000158号"


def test_what_stands_at_an_address_is_none_of_it():
    text = """
        # 实训楼租赁协议
        出租人：样例物资贸易有限责任公司
        承租人：样例市晨星职业培训学校
        一、出租人将位于样例市元宝区平样镇虚构路63号的三层楼房（建筑面积1850m²）租给承租人使用。
    """
    fields = read("lease_contract", text)
    assert (fields["address"], fields["floor_area"]) == ("样例市元宝区平样镇虚构路63号", 1850)


def test_a_firm_stands_beside_its_mark():
    text = f"""
        样信                                            内蒙古样信会计师事务所（普通合伙）
        # 审计报告
        {SCHOOL}：
        我们审计了{SCHOOL}财务报表，包括2018年12月31日的资产负债表。
    """
    assert read("audit_report", text)["audit_firm"] == "内蒙古样信会计师事务所（普通合伙）"


def test_the_owner_of_rules_stands_in_their_head_line():
    text = f"{SCHOOL}            文件编号 SLJX/ZD-17      第1版\n# 评价质量管控措施\n（一）严把准入。"
    assert read("management_system", text)["entity"] == SCHOOL


def test_a_value_goes_on_beside_a_label_that_stands_a_little_further_left():
    page = typed(
        """
        # 社会团体法人登记证书
        业务范围：宣传贯彻政策法规、行业调研、业务    注册资金：叁拾万元整
                  培训、技能评价、咨询服务、合作交    活动地域：样例自治区
                  流                                  业务主管单位：样例自治区商务厅
        """
    )
    # The second column leans.
    for line in page.lines:
        if line.text.startswith(("活动", "业务主管")):
            line.box = (line.box[0] - 0.007, line.box[1], line.box[2] - 0.007, line.box[3])
            line.extents = [(start - 0.007, end - 0.007) for start, end in line.extents]
    title = page.lines[0]
    page.lines[0] = title.model_copy(update={"scores": [0.65] + [0.95] * (len(title.text) - 1)})
    fields = document_types()[DocumentKind.REGISTRATION_CERTIFICATE].read([page])
    assert fields["business_scope"].value == "宣传贯彻政策法规、行业调研、业务培训、技能评价、咨询服务、合作交流"
    # One of the characters of its title was read badly, but no other title has them.
    assert fields["certificate_type"].confidence == 0.95


def test_who_is_reported_to_is_not_the_owner():
    text = f"""# 质量管控措施
发生试题泄露的，应当立即停止考试，保护现场，并在24小时
内书面报告市职业技能鉴定指导中心。
> {SCHOOL}"""
    assert read("management_system", text)["entity"] == SCHOOL
    assert "entity" not in read("management_system", text[: text.index(">")])


def test_a_fold_that_cuts_a_row_of_cells_leaves_no_blank(tmp_path: Path):
    page = typed(
        """
        # 社会培训评价组织基本情况表
        | 注册资金（万元） | 30     | 联系人 | 孔样例 |
        """
    )
    label, *values = page.cells
    fold = label[1] + 0.3 * (label[3] - label[1])
    page.cells = [
        label,
        *((left, top, right, fold) for left, top, right, _ in values),
        *((left, fold, right, bottom) for left, _, right, bottom in values),
    ]
    # Over the fold there is nothing but paper.
    fields = document_types()[DocumentKind.APPLICATION_FORM].read([on_blank_paper(page, tmp_path)])
    assert (fields["registered_capital"].value, fields["contact"].value) == (300_000, "孔样例")


def in_pairs(page: Page) -> Page:
    """Return a page on which every two rows of cells are one, the second row's text under the first's."""
    rows = sorted({cell[1] for cell in page.cells})
    upper = dict(zip(rows[1::2], rows[::2], strict=True))
    bottoms = {upper[top]: max(cell[3] for cell in page.cells if cell[1] == top) for top in upper}
    cells = [(cell[0], cell[1], cell[2], bottoms[cell[1]]) for cell in page.cells if cell[1] in bottoms]
    return page.model_copy(update={"cells": cells})


HEADED = f"""
    # 职业技能等级认定机构申请表
    | 单位全称（与公章一致）           | 统一代码             |
    | {SCHOOL}         | 52220102MJY1234561   |
    | 注册地及办公地址                 | 传真                 |
    | 样例市样例区学府路12号           |                      |
    | 法人登记机关                     | 法定代表人/身份证件类型 |
    | 样例区民政局                     | 张样例/居民身份证    |
    | 联系人/职务                      | 座机                 |
    | 李样例/办公室主任                | 0431-81234567        |
"""


def test_a_form_whose_labels_stand_over_the_values_in_their_cells():
    fields = document_types()[DocumentKind.APPLICATION_FORM].read([in_pairs(typed(HEADED))])
    values = {name: field.value for name, field in fields.items()}
    assert (
        values.items()
        >= {
            "name": SCHOOL,
            "address": "样例市样例区学府路12号",
            "registration_authority": "样例区民政局",
            "legal_representative": "张样例",
            "contact": "李样例",
            "position": "办公室主任",
            "phone": "0431-81234567",
        }.items()
    )


CENTRED = (
    (("申请机构名称", 36), (SCHOOL, 36), ("统一社会信用代码", 22), ("52220102MJY1234561", 22)),
    (("注册（住所）地址", 36), ("样例市样例区学府路12号", 36), ("登记机关", 22), ("样例区民政局", 22)),
    (("联系人", 36), ("李样例", 36), ("办公电话", 22), ("0431-81234567", 22)),
    (("所任职务", 36), ("办公室主任", 36), ("法定代表人姓名", 22), ("王样例", 22)),
)


@pytest.mark.parametrize("parted", [False, True])
def test_a_form_whose_labels_stand_in_the_middle_over_the_values(*, parted: bool):
    """A line of dots may part a label from its value."""

    def centred(text: str, width: int) -> str:
        columns = sum(2 if ord(character) > 0xFF else 1 for character in text)
        before = (width - columns) // 2
        return " " * before + text + " " * (width - columns - before)

    rows = [
        f"|{centred(*left)}|{centred(*right)}|"
        for upper, value, label, other in CENTRED
        for left, right in ((upper, label), (value, other))
    ]
    typed_rows = typed("# 职业技能等级认定机构申请表\n" + "\n".join(rows))
    page = in_pairs(typed_rows)
    if parted:
        page.cells[:1] = [cell for cell in typed_rows.cells[:4:2] if cell[0] == page.cells[0][0]]
    fields = document_types()[DocumentKind.APPLICATION_FORM].read([page])
    assert {name: field.value for name, field in fields.items()} == {
        "name": SCHOOL,
        "credit_code": "52220102MJY1234561",
        "address": "样例市样例区学府路12号",
        "registration_authority": "样例区民政局",
        "contact": "李样例",
        "phone": "0431-81234567",
        "position": "办公室主任",
        "legal_representative": "王样例",
    }


def test_labels_broken_over_two_rows_beside_their_values_are_labels(tmp_path: Path):
    page = in_pairs(
        typed(
            f"""
            | 房屋所有权人 | {OWNER}     | 共有情况 | 单独所有   |
            |              |                                | |  |
            | 房屋坐落     | 样例市样例区文化路200号        | 登记时间 | 2002-11-26 |
            |              |                                | |  |
            | 房屋状       | 建筑面积2036.00平方米          | 规划用   | 商业       |
            | 况           |                                | 途       |            |
            | 土地状       | 划拨                           | 房屋性   | 私有       |
            | 况           |                                | 质       |            |
            """
        )
    )
    fields = document_types()[DocumentKind.PROPERTY_CERTIFICATE].read([on_blank_paper(page, tmp_path)])
    values = {name: field.value for name, field in fields.items()}
    assert values == {"owner": OWNER, "address": "样例市样例区文化路200号", "floor_area": 2036}


OCCUPATIONS = """
    | 序号 | 职业名称   | 职业编码   | 五 | 四 | 三 | 二 | 一 | 备注 |
    | 1    | 育婴员     | 4-10-01-02 | √  | √  | √  |    |    |      |
    | 2    | 美容师     | 4-10-03-01 | √  | √  |    |    |    |      |
    |      | 以下空白   |            |    |    |    |    |    |      |
    |      | 初审意见   | 同意       |    |    |    |    |    |      |
"""


def occupations(page: Page) -> list[dict[str, object]]:
    field = document_types()[DocumentKind.APPLICATION_FORM].read([page])["occupations"]
    assert isinstance(field.value, list)
    return [row for row in field.value if isinstance(row, dict)]


def test_levels_in_columns_of_one_figure_and_an_end_that_is_said(tmp_path: Path):
    read = occupations(on_blank_paper(typed(OCCUPATIONS), tmp_path))
    assert [(row["name"], row["code"], row["levels"]) for row in read] == [
        ("育婴员", "4-10-01-02", [5, 4, 3]),
        ("美容师", "4-10-03-01", [5, 4]),
    ]


def test_rows_of_a_page_without_a_head_whose_rulings_are_broken_are_kept():
    first = typed(OCCUPATIONS[: OCCUPATIONS.index("|      | 以下")])
    second = typed(
        """
        | 3    | 保育员     | 4-10-01-03 | √  | √  | √  |    |    |      |
        | 4    | 美发师     | 4-10-03-02 | √  | √  | √  |    |    |      |
        | 5    | 茶艺师     | 4-03-02-07 | √  | √  | √  |    |    |      |
        """,
        number=2,
    )
    # Of every column another number of cells was found.
    lefts = sorted({cell[0] for cell in second.cells})
    second.cells = [
        cell
        for cell in second.cells
        if lefts.index(cell[0]) % 3 >= sorted({one[1] for one in second.cells}).index(cell[1])
    ]
    form = document_types()[DocumentKind.APPLICATION_FORM].read([first, second])
    assert isinstance(rows := form["occupations"].value, list)
    assert [row["code"] for row in rows if isinstance(row, dict)] == [
        "4-10-01-02",
        "4-10-03-01",
        "4-10-01-03",
        "4-10-03-02",
        "4-03-02-07",
    ]


def test_levels_ticked_in_one_cell_and_a_name_over_its_code(tmp_path: Path):
    page = typed(
        """
        | 序号 | 职业编码         | 申报级别                                           | 人数 |
        | 1    | 育婴员4-10-01-02 | 五级（√） 四级（√） 三级（√） 二级（） 一级（） | 120  |
        """
    )
    [row] = occupations(on_blank_paper(page, tmp_path))
    assert (row["name"], row["code"], row["levels"]) == ("育婴员", "4-10-01-02", [5, 4, 3])


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("申请开展认定范围：全国（）  全区（√）  盟市（）", "region"),
        ("申请认定范围：本盟市", "league"),
        ("申请认定范围：全国、全区", None),
        ("申请认定范围：面向全区", "region"),
        ("申请认定范围：面向全国招生，在本盟市考核", None),
        ("申报范围：全国技工院校的学生", None),
        ("业务范围：全国", None),
    ],
)
def test_the_scope_that_a_form_says(text: str, scope: str | None):
    assert read("application_form", f"# 社会培训评价组织基本情况表\n单位名称：{SCHOOL}\n{text}").get("scope") == scope


LICENCE = """
    # 营业执照
    统一社会信用代码：{code}
    名称        {name}
    法定代表人  张样例
    成立日期    2017年06月15日
    住所        样例市样例区学府路12号
"""


def test_the_kind_of_company_under_a_name_is_none_of_it():
    name = "样例市晨星冶金有限责任公司"
    for kind in ("有限责任公司", "有限责任公司（自然人独资）"):
        text = f"# 营业执照\n名称  {name}\n      {kind}\n类型\n住所  样例市样例区学府路12号"
        assert read("registration_certificate", text)["name"] == name


def test_a_label_of_single_characters_in_high_boxes_is_in_the_row_of_its_value():
    page = typed("# 营业执照\n\n名      称  样例市晨星冶金有限责任公司\n\n类      型  有限责任公司")
    for line in page.lines:
        if len(line.text) == 1:
            height = line.box[3] - line.box[1]
            line.box = (line.box[0], line.box[1] - 0.6 * height, line.box[2], line.box[3] + 0.6 * height)
    assert [row.text for row in rows(page)[1:]] == ["名称样例市晨星冶金有限责任公司", "类型有限责任公司"]


def test_a_term_filled_up_with_asterisks_has_no_end():
    one = document_types()[DocumentKind.REGISTRATION_CERTIFICATE]
    fields = one.read([typed("# 营业执照\n名称  样例市晨星冶金有限责任公司\n营业期限  2005年04月30日至******")])
    assert (fields["valid_from"].value, fields["valid_to"].value) == ("2005-04-30", None)
    assert fields["valid_to"].text == "至******"


def test_two_licences_on_one_page():
    company, branch = "样例市晨星铁路运输有限公司", "样例市晨星铁路运输有限公司样例宾馆分公司"
    text = "\n\n\n".join(
        LICENCE.format(code=code, name=name)
        for code, name in (("91150500114973628Y", company), ("91150502MA0MX4T37Q", branch))
    )
    one = document_types()[DocumentKind.REGISTRATION_CERTIFICATE]
    page = typed(text)
    first, [second] = one.read([page]), one.inside([page])
    assert [(fields["name"].value, fields["credit_code"].value) for fields in (first, second.fields)] == [
        (company, "91150500114973628Y"),
        (branch, "91150502MA0MX4T37Q"),
    ]
    assert one.inside([typed(LICENCE.format(code="91150500114973628Y", name=company))]) == []


def test_a_sublease_of_rooms_that_are_listed_one_by_one():
    fields = read(
        "lease_contract",
        f"""
        # 房屋转租合同书
        | 转租方（甲方）   | 样例市众创云栈商务服务有限公司 |
        | 受转租方（乙方） | {SCHOOL}         |
        | 房屋所有权人     | {OWNER}     |
        二、转租房屋面积逐间计列：501室412.36平方米；503室186.50平方米；
        505室94.78平方米。用途为办公。
        三、转租期限自2019年1月5日起至2024年1月4日止。
        """,
    )
    assert (fields["lessor"], fields["lessee"]) == ("样例市众创云栈商务服务有限公司", SCHOOL)
    assert fields["floor_area"] == 693.64


@pytest.mark.parametrize(
    ("rooms", "area"),
    [
        ("租赁面积：101室1286.40平方米；102室742.15平方米；合计2028.55平方米。", 2028.55),
        ("房屋建筑面积412.36平方米，其中501室100.00平方米。", 412.36),
    ],
)
def test_the_area_of_rooms_and_of_all(rooms: str, area: float):
    assert read("lease_contract", f"# 房屋租赁合同\n{rooms}")["floor_area"] == area


def test_a_term_that_begins_when_the_fit_out_ends():
    fields = read(
        "lease_contract",
        """
        # 房屋租赁合同
        2.2 自移交之日即2019年5月16日起至2019年8月15日止为装修期，免收租金。
        2.3 租赁期限为捌年，从装修期届满之次日即2019年8月16日起算，至2027年8月15日届满。
        """,
    )
    assert (fields["lease_start"], fields["lease_end"], fields["lease_months"]) == ("2019-08-16", "2027-08-15", 96)


def test_labels_with_another_word_in_brackets_and_with_english_under_them():
    fields = read(
        "application_form",
        f"""
        # 社会培训评价组织备案申请表
        单位名称：{SCHOOL}
        注册（登记）地址：样例市样例区学府路12号
        登记（注册）部门：样例区民政局
        开办（注册）资金：叁拾万元整
        """,
    )
    assert (fields["address"], fields["registration_authority"]) == ("样例市样例区学府路12号", "样例区民政局")
    assert fields["registered_capital"] == 300_000
    translated = in_pairs(
        typed(
            f"""
            | 单位名称   | {SCHOOL}     |
            | Name       |                            |
            | 单位地址   | 样例市样例区学府路12号     |
            | Address    |                            |
            | 联系人     | 李样例                     |
            | Contact    |                            |
            | 职务       | 办公室主任                 |
            | Position   |                            |
            """
        )
    )
    values = document_types()[DocumentKind.APPLICATION_FORM].read([translated])
    assert {name: values[name].value for name in ("name", "address", "contact", "position")} == {
        "name": SCHOOL,
        "address": "样例市样例区学府路12号",
        "contact": "李样例",
        "position": "办公室主任",
    }


def test_a_report_whose_subject_stands_in_a_row_of_its_own():
    fields = read(
        "credit_report",
        f"""
        # 法人和非法人组织公共信用信息报告
        报告编号：2021083010244817  报告生成日期：2021年08月30日
        {SCHOOL}
        | 统一社会信用代码   | 法定代表人 |
        | 52220102MJY1234561 | 张样例     |
        """,
    )
    assert fields["name"] == SCHOOL


def test_occupations_in_sentences():
    text = f"""
        # 社会培训评价组织基本情况表
        单位名称：{SCHOOL}
        二、拟开展职业技能等级评价的职业（工种）情况
        ① 育婴员，职业编码4-10-01-02，不属于新职业，自2015年3月起开展培训评
        价，截至目前已培训评价812人，拟评价等级：初级工、中级工、高级工；
        ② 养老护理员（4-10-01-05），自2016年9月起开展，累计培训437人，拟评价等级：五级至三级。
        以上两个职业累计培训评价1249人次。
    """
    rows = read("application_form", text)["occupations"]
    assert isinstance(rows, list)
    assert rows == [
        {
            "row": 1,
            "name": "育婴员",
            "code": "4-10-01-02",
            "is_new": False,
            "started": "2015-03",
            "trained": 812,
            "levels": [5, 4, 3],
        },
        {
            "row": 2,
            "name": "养老护理员",
            "code": "4-10-01-05",
            "is_new": None,
            "started": "2016-09",
            "trained": 437,
            "levels": [5, 4, 3],
        },
    ]
    # What names a code without levels is no entry.
    assert "occupations" not in read("application_form", text[: text.index("① ")] + "如育婴员4-10-01-02")


def test_two_labels_in_one_behind_their_number():
    text = """
        # 社会培训评价组织职业技能等级认定机构申请表
        | 7. 联系人/职务 | 张样例／副校长 | 8. 办公电话 | 0439-5118263 |
    """
    fields = read("application_form", text)
    assert (fields["contact"], fields["position"], fields["phone"]) == ("张样例", "副校长", "0439-5118263")


def test_the_number_of_the_next_label_is_no_value():
    text = """
        # 社会培训评价组织职业技能等级认定机构申请表
        7. 所任职务          8. 办公电话    0439-5118263
    """
    fields = read("application_form", text)
    assert (fields.get("position"), fields["phone"]) == (None, "0439-5118263")


def test_parties_with_what_they_are_in_brackets_and_how_the_house_is_built():
    text = f"""
        # 租房协议
        甲方：{OWNER}（房主）
        乙方：{SCHOOL}（租房方）
            一、房屋位置：样例市样例区砚池街77号，砖混结构四层楼一
        栋，建筑面积壹仟零捌拾陆点肆平方米。
    """
    fields = read("lease_contract", text)
    assert (fields["lessor"], fields["lessee"]) == (OWNER, SCHOOL)
    assert (fields["address"], fields["floor_area"]) == ("样例市样例区砚池街77号", 1086.4)


def test_a_list_with_two_rows_for_each_person():
    """Under a head of two rows: what stands over and under one another in it does so in every entry."""
    upper = (("序号", 6), ("姓名", 24), ("性别", 6), ("居民身份证号码", 24), ("文化程度", 20), ("本人签名", 10))
    lower = ("", "", "岗位", "毕业院校及所学专业", "专业技术职务/等级", "")
    people = (
        (("1", "张样", "女", "110105194912310038", "大专", ""), ("", "", "教务", "样例大学/美容", "高级技师", "")),
        (
            ("2", "李样例（男，汉族）", "男", "11010519491231002X", "本科", ""),
            ("", "", "会计", "样例学院", "会计师", ""),
        ),
        (("3", "王样", "男", "110105194912310038", "中专", ""), ("", "", "考务", "样例中心/电子", "／", "")),
    )
    ruled: list[str] = []
    for texts in ([head for head, _ in upper], lower, *(row for person in people for row in person)):
        cells = [
            f" {text}" + " " * (width - sum(2 if ord(letter) > 255 else 1 for letter in text))
            for text, (_, width) in zip(texts, upper, strict=True)
        ]
        ruled.append("|" + "|".join(cells) + "|")
    page = typed("# 专职工作人员花名册\n" + "\n".join(ruled))
    starts = range(0, len(page.cells), 12)
    rows = [(page.cells[start : start + 6], page.cells[start + 6 : start + 12]) for start in starts]
    page.cells = [
        box
        for over, under in rows
        for place, (one, other) in enumerate(zip(over, under, strict=True))
        for box in ([(one[0], one[1], one[2], other[3])] if place in {0, 1, 5} else [one, other])
    ]
    people_read = document_types()[DocumentKind.STAFF_ROSTER].read([page])["people"].value
    keys = ("name", "id_number", "title", "education")
    assert [tuple(one[key] for key in keys) for one in people_read] == [
        ("张样", "110105194912310038", "高级技师", "大专"),
        ("李样例", "11010519491231002X", "会计师", "本科"),
        ("王样", "110105194912310038", None, "中专"),
    ]
