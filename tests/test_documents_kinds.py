"""The kinds of documents that are lists, statements and pledges, on typed pages in several layouts."""

import pytest
from typed_pages import typed

from extractors.documents import document_types
from extractors.documents.staff_roster import people_by_role
from schemas.document import DocumentKind, Field
from schemas.page import Seal

SCHOOL = "样例市晨星职业培训学校"
COMPANY = "样例市晨星职业培训学校有限公司"


def read(kind: str, *pages: str) -> dict[str, object]:
    typed_pages = [typed(text, number=number) for number, text in enumerate(pages, start=1)]
    fields = document_types()[DocumentKind(kind)].read(typed_pages)
    return {name: field.value for name, field in fields.items()}


@pytest.mark.parametrize(
    ("kind", "text", "owner"),
    [
        ("asset_list", f"# {COMPANY}固定资产清单\n\n| 序号 | 资产名称 | 数量 |", COMPANY),
        ("asset_list", f"# 设施设备清单\n单位名称（盖章）：{SCHOOL}      日期：2021年3月1日", SCHOOL),
        ("implementation_plan", f"# {SCHOOL}\n# 职业技能等级认定实施方案\n\n为规范认定工作，制定本方案。", SCHOOL),
        ("application_report", f"# 关于样例市烹饪协会备案的申请\n{'我会' * 15}", "样例市烹饪协会"),
        ("application_report", f"# 申请报告\n样例市职业技能鉴定中心：\n    我公司（{COMPANY}）现申请备案。", COMPANY),
        (
            "informatisation_statement",
            f"# 信息化建设情况说明\n我单位建有内部网络。\n> {SCHOOL}\n> 2021年3月1日",
            SCHOOL,
        ),
    ],
)
def test_owner(kind, text, owner):
    assert read(kind, text)["entity"] == owner


@pytest.mark.parametrize(
    "text",
    [
        "# 考试中心管理制度\n第一条 为规范考务工作，制定本制度。",
        "# 固定资产清单\n供货单位：样例市远航商贸有限公司",
        "# 申请报告\n样例市职业技能鉴定中心：\n    我单位现申请备案。",
    ],
)
def test_no_owner_is_guessed(text):
    kinds = {"考试": "management_system", "固定": "asset_list", "申请": "application_report"}
    assert read(kinds[text[2:4]], text) == {}


def test_a_name_with_a_hidden_character_is_completed_by_the_seal_or_has_no_value():
    page = typed(f"# 承诺书\n我单位承诺。\n> {SCHOOL}")
    signature = page.lines[-1]
    # 星 lies under the ring: the characters beside it keep their places.
    signature.text = signature.text.replace("星", "")
    del signature.extents[SCHOOL.index("星")]
    kind = document_types()[DocumentKind.INTEGRITY_PLEDGE]
    assert (kind.read([page])["name"].value, kind.read([page])["name"].text) == (None, signature.text)
    page.seals.append(Seal(text=SCHOOL, confidence=0.95, file=page.file, page=1, box=signature.box))
    assert kind.read([page])["name"].value == SCHOOL
    page.seals[0] = page.seals[0].model_copy(update={"text": SCHOOL.replace("晨", "启")})
    assert kind.read([page])["name"].value is None


def test_the_seal_of_an_office_does_not_make_the_name_longer():
    page = typed(f"# 承诺书\n我单位承诺。\n机构名称：{SCHOOL}（盖章）")
    box = page.lines[-1].box
    page.seals.append(Seal(text=f"{SCHOOL}继续教育部", confidence=0.99, file=page.file, page=1, box=box))
    assert document_types()[DocumentKind.INTEGRITY_PLEDGE].read([page])["name"].value == SCHOOL


BALANCE = """
    # 资产负债表
    编制单位：样例市晨星职业培训学校有限公司      2021年12月31日        单位：元
    | 资产         | 期末余额      | 年初余额      | 负债和所有者权益     | 期末余额      | 年初余额      |
    | 流动资产合计 | 223,456.78    | 123,456.78    | 负债合计             | 1,000.00      | 2,000.00      |
    | 资产总计     | 1,223,456.78  | 1,123,456.78  | 负债和所有者权益总计 | 1,223,456.78  | 1,123,456.78  |
"""
NONPROFIT = """
    # 资 产 负 债 表
    编制单位：样例市晨星职业培训学校          2020年12月31日       单位：万元
    资  产       行次     年初数        期末数      负债和净资产     行次     年初数      期末数
    货币资金       1       12.10        15.30       短期借款           61
    资产总计       60      112.10        135.30       负债和净资产总计   100      112.10      135.30
"""
DATED = """
    # 资产负债表
    编制单位：样例市晨星职业培训学校
    2021年12月31日       金额单位：元
    项目          附注     2021年12月31日      2020年12月31日
    资产合计       五       1000.00           900.00
"""


@pytest.mark.parametrize(
    ("text", "entity", "year", "total"),
    [
        (BALANCE, COMPANY, 2021, 1223456.78),
        (NONPROFIT, SCHOOL, 2020, 1_353_000),
        (DATED, SCHOOL, 2021, 1000),
        ("# 2021年度财务报表\n样例市烹饪协会\n资产总额为1,234.5万元。", "样例市烹饪协会", 2021, 12_345_000),
    ],
)
def test_financial_statements(text, entity, year, total):
    assert read("financial_statements", text) == {"entity": entity, "fiscal_year": year, "total_assets": total}


def test_no_column_is_guessed():
    without_head = BALANCE.replace("期末余额", "金  额一").replace("年初余额", "金  额二")
    assert "total_assets" not in read("financial_statements", without_head)


@pytest.mark.parametrize(
    ("text", "issued"),
    [
        (
            """
            # 企业信用报告
            报告编号：2022030112345678901234      报告日期：2022-03-15 10:21:33
            | 企业名称 | 样例市晨星职业培训学校有限公司 | 统一社会信用代码 | 91350100M000100Y43 |
            | 成立日期 | 2010-03-18                     | 法定代表人       | 张样例             |
            """,
            "2022-03-15",
        ),
        (
            """
            # 样例市公共信用信息报告
            主体名称：样例市晨星职业培训学校有限公司
            统一社会信用代码：91350100M000100Y43
            查询时间：2022年3月5日
            """,
            "2022-03-05",
        ),
    ],
)
def test_credit_report(text, issued):
    assert read("credit_report", text) == {"name": COMPANY, "credit_code": "91350100M000100Y43", "issued": issued}


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        (
            f"""
            # 诚信承诺书
            我单位现郑重承诺：2020年3月1日至2021年3月1日无违法记录。
            承诺单位（盖章）：{SCHOOL}
            > 2022年3月1日
            """,
            "2022-03-01",
        ),
        (f"# 承诺书\n{SCHOOL}郑重承诺：所提交材料真实有效。\n日期： 2022 年 3 月 1 日", "2022-03-01"),
        (f"# 承诺书\n本单位（{SCHOOL}）承诺材料真实。\n承诺人：张样例\n                 年   月   日", None),
    ],
)
def test_integrity_pledge(text, signed):
    fields = read("integrity_pledge", text)
    assert fields["name"] == SCHOOL
    assert fields.get("signed") == signed


@pytest.mark.parametrize(
    ("text", "occupation", "level", "number"),
    [
        (
            """
            # 职业技能等级证书
            姓    名：张样例
            职业名称：中式烹调师
            工种/职业方向：
            职业技能等级：三级/高级工
            证书编号：S000012345678203000123
            """,
            "中式烹调师",
            3,
            "S000012345678203000123",
        ),
        (
            """
            # 职业资格证书
            姓名 Name  张样例          性别 Sex  男
            职业（工种）及等级 Occupation & Skill Level  维修电工  三级/高级技能
            证书编号 Certificate No.  1201001000301234
            """,
            "维修电工",
            3,
            "1201001000301234",
        ),
        (
            """
            # 专业技术资格证书
            姓 名：张样例        性 别：男
            专业名称：机械设计
            资格名称：高级工程师
            证书编号：样高2015第0123号
            """,
            "机械设计",
            None,
            "样高2015第0123号",
        ),
        (
            """
            # 职业技能等级证书
            | 姓名     | 张样例                 | 职业（工种） | 电工（二级/技师） |
            | 证书编号 | Y000011000000203000123 | 发证日期     | 2020-01-02        |
            """,
            "电工",
            2,
            "Y000011000000203000123",
        ),
    ],
)
def test_skill_certificate(text, occupation, level, number):
    fields = read("skill_certificate", text)
    assert fields["person"] == "张样例"
    assert (fields["occupation"], fields["level"], fields["certificate_number"]) == (occupation, level, number)


TRAINEES = """
    # 培训评价人员花名册
    | 序号 | 姓名   | 联系电话    | 职业（工种） |
    | 1    | 张样   | 13800000000 | 电工         |
    | 2    | 王样   | 13800000000 | 电工         |
"""


def test_trainees_are_counted_over_pages():
    second = """
        | 3    | 李样   | 13800000000 | 焊工         |
        | 4    | 赵样   | 13800000000 | 焊工         |
        | 5    |        |             |              |
    """
    assert read("trainee_roster", TRAINEES, second) == {"rows": 4}


def test_two_lists_side_by_side_are_counted():
    text = """
        # 学员花名册
        | 序号 | 姓名 | 联系电话    | 序号 | 姓名 | 联系电话    |
        | 1    | 张样 | 13800000000 | 3    | 李样 | 13800000000 |
        | 2    | 王样 | 13800000000 |      |      |             |
    """
    assert read("trainee_roster", text) == {"rows": 3}


def test_trainees_are_not_counted_where_their_numbers_say_that_one_is_missing():
    assert read("trainee_roster", TRAINEES.replace("| 2 ", "| 3 ")) == {"rows": None}


ENTERPRISE = (
    """
    # 职业技能等级认定试点企业申报表
    一、基本信息
    （一）申报单位信息
    | 名称             | 样例市晨星机械制造有限公司                                    |
    | 地址             | 样例自治区样例市学府路12号                                    |
    | 统一社会信用代码 | 91350100M000100Y43                                            |
    （二）联系人信息
    | 姓名     | 张样例                  | 职务     | 人力资源部主任          |
    | 座机     | 0476-8330001            | 手机     | 13800000000             |
    | 电子邮箱 | sample@example.com                                            |
    二、申请开展等级认定的职业（工种）
    | 序号 | 职业（工种）名称        | 职业编码    | 收费标准                  |
    | 1    | 电工                    | 6-31-01-03  | 200元/人                  |
    | 2    | 焊工                    | 6-18-02-04  | 300                       |
    | …… |                         |             |                           |
    三、具备的组织优势、专业优势等
    四、场地设备等情况
    （二）设施设备情况（权属证明材料另附）
    | 序号 | 名称   | 品牌   | 规格/型号 | 数量 | 所有权归属 |
    | 1    | 电焊机 | 样例牌 | A-1       | 20   | 自有       |
    """,
    """
    | 2    | 车床   | 样例牌 | A-2       | 10   | 自有       |
    五、人员情况（注：非本单位人员，请提供本人签署的提供评价服务承诺书）
    （一）专职工作人员情况
    | 序号 | 姓名   | 身份证号           | 职务/职称 | 学历 | 主要工作职责 |
    | 1    | 张样   | 000101199001010001 | 讲师      | 本科 | 考务管理     |
    | 2    | 王样   | 00010119900101001X | 讲师      | 本科 | 考务管理     |
    | …… |        |                    |           |      |              |
    （二）考评人员情况
    | 序号 | 姓名   | 身份证号           | 所在单位 | 职务/职称/技能等级 | 学历 | 考评职业     |
    | 1    | 李样   | 000101199001010028 | 样例公司 | 讲师               | 本科 | 电工         |
    """,
    """
    | 2    | 赵样   | 000101199001010036 | 样例公司 | 技师               | 本科 | 电工         |
    （三）督导人员情况
    | 序号 | 姓名   | 身份证号           | 所在单位 | 职务/职称/技能等级 | 学历 | 督导职业     |
    | 1    | 孙样   | 000101199001010044 | 样例公司 | 讲师               | 本科 | 电工         |
    """,
)


def test_enterprise_form():
    fields = read("application_form", *ENTERPRISE)
    assert fields["name"] == "样例市晨星机械制造有限公司"
    assert (fields["contact"], fields["position"], fields["phone"]) == ("张样例", "人力资源部主任", "13800000000")
    occupations = fields["occupations"]
    assert isinstance(occupations, list)
    assert [(one["row"], one["name"], one["code"]) for one in occupations] == [
        (1, "电工", "6-31-01-03"),
        (2, "焊工", "6-18-02-04"),
    ]


def test_people_of_the_enterprise_form_stand_in_lists_by_role():
    pages = [typed(text, number=number) for number, text in enumerate(ENTERPRISE, start=1)]
    inside = document_types()[DocumentKind.APPLICATION_FORM].inside(pages)
    people = {one.fields["role"].value: [person["name"] for person in one.fields["people"].value] for one in inside}
    assert people == {"full_time": ["张样", "王样"], "assessor": ["李样", "赵样"], "supervisor": ["孙样"]}
    assert {one.kind for one in inside} == {DocumentKind.STAFF_ROSTER}


def test_nothing_is_read_into_a_blank_enterprise_form():
    blank = ENTERPRISE[0].replace("样例市晨星机械制造有限公司", " " * 26).replace("张样例 ", " " * 7)
    assert {"name", "contact"}.isdisjoint(read("application_form", blank, *ENTERPRISE[1:]))


def test_a_roster_of_several_roles():
    text = """
        # 专家名单
        | 序号 | 姓名   | 身份证号           | 所在单位 | 职称  | 专业     |
        | 1    | 李样   | 000101199001010028 | 样例公司 | 讲师  | 电工     |
        # 考评员名单
        | 序号 | 姓名   | 身份证号           | 所在单位 | 职称  | 考评职业 |
        | 1    | 张样   | 000101199001010036 | 样例公司 | 讲师  | 焊工     |
    """
    fields = read("staff_roster", text)
    assert fields["role"] == "expert"
    assert isinstance(fields["people"], list)
    assert [person["name"] for person in fields["people"]] == ["李样"]
    assert [one.fields["role"].value for one in people_by_role([typed(text)])] == ["expert", "assessor"]


def test_a_row_that_a_page_break_cuts_in_two_is_one():
    first = """
        # 考评员名单
        | 序号 | 姓名   | 身份证号           | 所在单位             | 职称  | 考评职业 |
        | 1    | 李样   | 000101199001010028 | 样例市启明有限公司   | 讲师  | 电工     |
        | 2    | 赵样   | 000101199001010036 | 样例市晨星职业培训   | 讲师  | 焊工     |
    """
    second = """
        |      |        |                    | 学校                 |       |          |
        | 3    | 孙样   | 000101199001010044 | 样例市启明有限公司   | 技师  | 电工     |
    """
    people = read("staff_roster", first, second)["people"]
    assert isinstance(people, list)
    assert [(one["name"], one["employer"]) for one in people] == [
        ("李样", "样例市启明有限公司"),
        ("赵样", SCHOOL),
        ("孙样", "样例市启明有限公司"),
    ]


def test_the_end_of_a_name_under_a_seal():
    kind = document_types()[DocumentKind.ASSET_LIST]

    def owner(label: str, *rows: str) -> Field | None:
        table = "\n".join(("# 固定资产清单", f"{label}        截止日期：2021年3月1日", *rows))
        return kind.read([typed(table)]).get("entity")

    # 学 goes on as 学校 or 学院: the list's own column tells which.
    cut = owner(f"单位（公章）：{SCHOOL[:-1]}")
    assert cut is None or cut.value is None
    told = owner(f"单位（公章）：{SCHOOL[:-1]}", "序号  资产名称  产权归属", f"1  投影仪  {SCHOOL}")
    assert told is not None
    assert told.value == SCHOOL
    # 有限公 goes on in one way only.
    company = owner(f"单位（公章）：{COMPANY[:-1]}")
    assert company is not None
    assert (company.value, company.confidence < 0.9) == (COMPANY, True)
    other = owner(f"单位（公章）：{SCHOOL[:-1]}", "序号  资产名称  产权归属", "1  投影仪  样例市远航职业培训学校")
    assert other is None or other.value is None


def test_whose_circumstances_are_told():
    text = f"# 关于信息化建设情况的说明\n现将{SCHOOL}信息化建设情况说明如下：\n一、硬件设施。"
    assert read("informatisation_statement", text)["entity"] == SCHOOL


def test_what_says_how_a_form_is_filled_in_is_no_value():
    form = """
    # 社会培训评价组织申请表
    | 名称             | 样例市晨星职业培训学校 | 地址       | 样例市样例区样例路1号 |
    | 统一社会信用代码 |                        | 法定代表人 | 张样例                |
    填表说明：1.统一社会信用代码为18位；2.职业编码按大典填写。
    """
    fields = read("application_form", form)
    assert fields["legal_representative"] == "张样例"
    assert fields.get("credit_code") is None
    assert (
        "credit_code" not in fields
        or not document_types()[DocumentKind.APPLICATION_FORM].read([typed(form)])["credit_code"].text
    )


def test_what_runs_over_from_the_next_column_is_no_value():
    """A number wider than its head reaches under the head beside it, whose own cell is empty."""
    form = ENTERPRISE[0].replace("人力资源部主任          |", "                        |")
    assert "position" not in {name for name, value in read("application_form", form).items() if value}
    unruled = """
    # 职业技能等级认定试点企业申报表
    统一社会信用代码    91350100M000100Y43
    姓名        职务        座机            手机
    张样例                0476-8330001    13800000000
    """
    assert not read("application_form", unruled).get("position")
