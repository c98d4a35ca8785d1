"""Certificates, deeds, audits and leases in wordings other than those of the recorded pages."""

import pytest
from typed_pages import typed

from extractors.documents import document_types
from schemas.document import DocumentKind
from schemas.page import Seal

OWNER = "样例市宏远物业管理有限公司"
SCHOOL = "样例市晨星职业培训学校"


def read(kind: str, text: str) -> dict[str, object]:
    return {name: field.value for name, field in document_types()[DocumentKind(kind)].read([typed(text)]).items()}


def test_social_organisation():
    fields = read(
        "registration_certificate",
        """
        # 社会团体法人登记证书
        统一社会信用代码  91350100M000100Y43
        名称        样例市烹饪协会
        业务范围    行业交流、培训
        住所        样例区学府路12号
        法定代表人  张样例
        活动地域    样例市
        注册资金    叁万元
        业务主管单位  样例市商务局
        有效期限   自2019年1月1日 至 2023年12月31日
        > 登记管理机关 样例市民政局
        > 2019年1月1日
        """,
    )
    assert fields["certificate_type"] == "social_organisation"
    assert (fields["name"], fields["registered_capital"]) == ("样例市烹饪协会", 30_000)
    assert (fields["valid_from"], fields["valid_to"]) == ("2019-01-01", "2023-12-31")
    assert (fields["registration_authority"], fields["issued"]) == ("样例市民政局", "2019-01-01")


@pytest.mark.parametrize(("first", "second"), [("宗旨和    ", "业务范围"), ("宗旨和业务", "范    围")])
def test_public_institution_with_its_label_in_two_rows(first: str, second: str):
    fields = read(
        "registration_certificate",
        f"""
        # 事业单位法人证书
        名        称   样例市职业技能公共实训中心
        {first}     开展职业技能培训，提供公共实训
        {second}       服务。
        住        所   样例区学府路12号
        法定代表人     张样例
        经费来源       财政补助
        开办资金       ￥500万元
        举办单位       样例市人力资源和社会保障局
        有效期   自2020年03月01日至2025年03月01日
        """,
    )
    assert fields["name"] == "样例市职业技能公共实训中心"
    assert fields["business_scope"] == "开展职业技能培训，提供公共实训服务。"
    assert fields["registered_capital"] == 5_000_000


def test_branch_and_sole_trader():
    branch = read(
        "registration_certificate",
        """
        # 营业执照
        名称 样例职业培训集团有限公司样例分公司
        营业场所 样例区学府路12号
        负责人 张样例
        成立日期 2015年3月4日
        营业期限 自2015年03月04日至****年**月**日
        登记机关 样例市场监督管理局 2016年3月5日
        """,
    )
    assert (branch["name"], branch["legal_representative"]) == ("样例职业培训集团有限公司样例分公司", "张样例")
    assert (branch["address"], branch["issued"]) == ("样例区学府路12号", "2016-03-05")
    assert branch.get("valid_to") is None
    trader = read(
        "registration_certificate",
        "# 营业执照\n名称 样例区样例美容职业培训中心\n经营场所 样例区学府路12号\n经营者 张样例\n注册日期 2015年3月4日",
    )
    assert (trader["legal_representative"], trader["established"]) == ("张样例", "2015-03-04")


@pytest.mark.parametrize(
    ("text", "number", "area"),
    [
        (
            f"""
            # 房屋所有权证
              房权证样字第 2010012345 号
            | 房屋所有权人 | {OWNER} |
            | 房屋坐落     | 样例区学府路12号           |
            | 总层数 | 建筑面积（㎡） | 套内建筑面积（㎡） | 其他 |
            | 6      | 1200.50        | 1000.00            |      |
            """,
            "房权证样字第2010012345号",
            1200.5,
        ),
        (
            f"""
            # 不动产权证书
            津（2018）样例区不动产权
            第0012345号
            权利人      {OWNER}
            坐落        样例区学府路12号
            面积        共有宗地面积：8000.00平方米
                        房屋建筑面积：1200.50平方米
            """,
            "津（2018）样例区不动产权第0012345号",
            1200.5,
        ),
        (
            f"# 不动产权证书\n> 津（2018）样例区不动产权第0012345号\n权利人      {OWNER}\n"
            "坐落        样例区学府路12号\n面积        1200.50㎡",
            "津（2018）样例区不动产权第0012345号",
            1200.5,
        ),
        (
            f"# 不动产权证书\n> 津（2018）样例区不动产权第0012345号\n权利人      {OWNER}\n"
            "坐落        样例区学府路12号\n面积        宗地面积8000.00㎡",
            "津（2018）样例区不动产权第0012345号",
            None,
        ),
    ],
)
def test_deed(text, number, area):
    fields = read("property_certificate", text)
    assert (fields["owner"], fields["address"]) == (OWNER, "样例区学府路12号")
    assert fields["certificate_number"] == number
    assert fields.get("floor_area") == area


def test_deeds_of_cities():
    fields = read(
        "property_certificate",
        f"# 上海市房地产权证\n沪房地样字（2010）第012345号\n权利人：{OWNER}（100%）\n房地坐落：样例区学府路12号",
    )
    assert (fields["owner"], fields["certificate_number"]) == (OWNER, "沪房地样字（2010）第012345号")


def test_whose_the_mortgaged_building_is():
    fields = read(
        "property_certificate",
        f"""
        # 不动产登记证明
        证明权利或事项  抵押权
        权利人          样例银行股份有限公司
        义务人          {OWNER}
        坐落            样例区学府路12号
        """,
    )
    assert (fields["owner"], fields["address"]) == (OWNER, "样例区学府路12号")


def test_audit_in_chinese_numerals():
    fields = read(
        "audit_report",
        f"""
        # 审计报告
        天衡样例审（2021）0456号
        {SCHOOL}理事会：
            我们审计了后附的{SCHOOL}财务报表，包括二〇二〇年十二月三十一日的资产负债表，
        二〇二〇年度的业务活动表和现金流量表。
            除“形成保留意见的基础”部分所述事项产生的影响外，后附的财务报表在所有重大方面公允反映了财务状况。
        天衡样例会计师事务所有限责任公司
        2021年4月2日
        """,
    )
    assert (fields["auditee"], fields["fiscal_year"], fields["opinion"]) == (SCHOOL, 2020, "qualified")
    assert (fields["report_number"], fields["signed"]) == ("天衡样例审（2021）0456号", "2021-04-02")


def test_audit_addressed_to_the_auditee():
    fields = read("audit_report", f"# 审计报告\n样例会审[2022]A012号\n致：{SCHOOL}\n样例会计师事务所有限公司")
    assert (fields["auditee"], fields["report_number"]) == (SCHOOL, "样例会审〔2022〕A012号")


def test_the_first_day_of_the_year_audited_is_no_signature():
    fields = read("audit_report", f"# 财务审计报告\n被审计单位：{SCHOOL}\n审计期间：2021年1月1日至2021年12月31日")
    assert fields["fiscal_year"] == 2021
    assert "signed" not in fields


def lease(*clauses: str, parties: str = "") -> dict[str, object]:
    parties = parties or f"出租方（甲方）：{OWNER}\n承租方（乙方）：{SCHOOL}"
    return read("lease_contract", "\n".join(["# 房屋租赁合同", parties, *clauses]))


@pytest.mark.parametrize(
    "parties",
    [
        f"出租方（以下简称甲方）：{OWNER}\n承租方（以下简称乙方）：{SCHOOL}",
        f"承租方（甲方）：{SCHOOL}\n出租方（乙方）：{OWNER}",
        f"房东：{OWNER}    联系电话：13800000000\n租客：{SCHOOL}",
        f"| 出租方 | {OWNER} | 承租方 | {SCHOOL} |",
    ],
)
def test_parties(parties):
    fields = lease(parties=parties)
    assert (fields["lessor"], fields["lessee"]) == (OWNER, SCHOOL)


@pytest.mark.parametrize(
    "clauses",
    [
        ("租期五年，起租日为2020年3月1日。免租期2个月，自2020年3月1日至2020年4月30日。",),
        (
            "3.1 装修免租期为2个月，自2020年1月1日至2020年2月29日止。",
            "3.2 租赁期为60个月，自2020年3月1日至2025年2月28日。",
        ),
        ("租赁期为五年（含免租期三个月），自2020年3月1日起至2025年2月28日止。",),
        ("租赁期限共5年，自2020年3月1日起至2025年2月28日止，其中2020年3月1日至2020年4月30日为免租期。",),
    ],
)
def test_months_without_rent_are_not_the_term(clauses):
    fields = lease(*clauses)
    assert (fields["lease_start"], fields["lease_end"]) == ("2020-03-01", "2025-02-28")
    assert fields["lease_months"] == 60


@pytest.mark.parametrize(
    ("clause", "rent"),
    [
        ("年租金为人民币叁拾陆万元整（￥360000元）。", 360_000),
        ("租金：360000元/年。", 360_000),
        ("租金每月30000元，按季支付。", 360_000),
        ("| 月租金 | 20000元 | 年租金 | 240000元 |", 240_000),
        ("租金第一年10万元，第二年11万元。", None),
        ("租金为每季度30000元。", None),
        ("五年租金共计180万元。", None),
        ("租金：每平方米每天1元。", None),
        ("月租金20000元，次年起每年递增5%。", None),
    ],
)
def test_annual_rent(clause, rent):
    assert lease(clause).get("annual_rent") == rent


def test_the_end_of_the_term_is_no_signature():
    assert "signed" not in lease("起止日期：2020年3月1日至2025年2月28日")
    assert (
        lease("甲方（签章）：     乙方（签章）：", "日期：2020年2月2日      日期：2020年2月2日")["signed"]
        == "2020-02-02"
    )


def test_school_permit():
    fields = read(
        "school_permit",
        """
        # 中华人民共和国民办学校办学许可证
        > 编号：人社民1201004000012号
        名    称：样例市晨星职业培训学校
        地    址：样例区学府路12号
        校    长：张样例
        学校类型：职业技能培训
        办学内容：中式烹调师（五级、四级、三级）
        主管部门：样例市人力资源和社会保障局
        有效期限：自2021年5月1日至2024年4月30日
        """,
    )
    assert (fields["name"], fields["address"], fields["legal_representative"]) == (SCHOOL, "样例区学府路12号", "张样例")
    assert fields["permit_number"] == "人社民1201004000012号"
    assert (fields["valid_from"], fields["valid_to"]) == ("2021-05-01", "2024-04-30")


@pytest.mark.parametrize(
    ("cover", "addressed"),
    [
        ("", f"{SCHOOL}："),
        (f"# {SCHOOL}\n# 2020年度财务报表审计报告\n", ""),
        (f"# {SCHOOL}\n# 审计报告\n", "致：各位理事"),
    ],
)
@pytest.mark.parametrize("stand_in", ["该公司", "贵单位", "上述学校"])
def test_a_word_for_somebody_is_no_auditee(cover: str, addressed: str, stand_in: str):
    fields = read(
        "audit_report", f"{cover}# 审计报告\n{addressed}\n    我们接受委托，对{stand_in}2020年度财务报表进行审计。"
    )
    assert fields["auditee"] == SCHOOL
    alone = read("audit_report", f"# 审计报告\n被审计单位：{stand_in}\n    我们审计了{stand_in}财务报表。")
    assert alone.get("auditee") is None


def test_a_firm_is_named_by_its_seal_where_the_print_under_it_agrees():
    firm = "样例正信会计师事务所（普通合伙）"
    kind = document_types()[DocumentKind.AUDIT_REPORT]
    page = typed("# 审计报告\n我们审计了后附的财务报表。\n\n样例正信会计事务所（普通合\n> 2021年3月26日")
    seal = Seal(text=firm, confidence=0.75, file=page.file, page=1, box=(0.1, 0.1, 0.4, 0.3))
    assert kind.read([page]).get("audit_firm") is None
    page.seals.append(seal)
    assert kind.read([page])["audit_firm"].value == firm
    page.lines = [line for line in page.lines if "事务所" not in line.text]
    assert kind.read([page])["audit_firm"].value is None
    page.seals[0] = seal.model_copy(update={"confidence": 0.97})
    assert kind.read([page])["audit_firm"].value == firm


def test_a_certificate_that_tells_in_a_sentence_broken_before_the_level():
    certificate = """
        # 中华人民共和国职业资格证书
        持证人 吴样例      男   1968年2月生
        身份证号 150102196802110331
        经鉴定合格，具备中式烹调师职业
        职业资格等级一级/高级技师
        证书编号 1205000000100316
    """
    assert read("skill_certificate", certificate) == {
        "person": "吴样例",
        "occupation": "中式烹调师",
        "level": 1,
        "certificate_number": "1205000000100316",
    }


@pytest.mark.parametrize(
    "printed", ["电工一级（高级技", "电工高级技师/国家职业资格", "电工高级技师/国家职业", "电工二级（技"]
)
def test_a_level_cut_off_at_the_end_of_its_line(printed: str):
    fields = read(
        "skill_certificate", f"# 职业资格证书\n姓名：张样例\n职业及等级：{printed}\n证书编号：1402003000100518"
    )
    assert (fields["occupation"], fields["level"]) == ("电工", 2 if "二级" in printed else 1)


def test_an_address_ends_before_its_postcode():
    text = f"# 社会培训评价组织备案申请表\n单位名称  {SCHOOL}\n注册地址  样例市样例区学府路12号邮编：000000"
    assert read("application_form", text)["address"] == "样例市样例区学府路12号"


def test_the_end_of_a_list_that_is_struck_out():
    fields = read(
        "staff_roster",
        """
        # 考评员名录
        | 编号 | 考评员姓名 | 身份证号码         | 工作单位               |
        | 01   | 张样例     | 110105194912310021 | 样例市晨星职业培训学校 |
        | 02   | 王样例     | 11010519491231002X | 样例市晨星职业培训学校 |
        | 03   | ／以下空白 |                    |                        |
        """,
    )
    people = fields["people"]
    assert isinstance(people, list)
    assert [(one["name"], one["id_number"]) for one in people] == [
        ("张样例", "110105194912310021"),
        ("王样例", "11010519491231002X"),
    ]


def test_names_headed_by_who_they_are():
    fields = read(
        "staff_roster",
        """
        # 考评员花名册
        | 编号 | 考评员 | 身份证号码         | 工作单位               | 考评员证编号 |
        | 01   | 张样例 | 110105194912310021 | 样例市晨星职业培训学校 | 样考201801   |
        | 02   | 王样   | 11010519491231002X | 样例市晨星职业培训学校 | 样考201802   |
        """,
    )
    people = fields["people"]
    assert isinstance(people, list)
    assert [(one["name"], one["id_number"]) for one in people] == [
        ("张样例", "110105194912310021"),
        ("王样", "11010519491231002X"),
    ]


def test_dots_for_more_rows_are_no_entry():
    fields = read(
        "application_form",
        """
        # 职业技能等级认定试点企业申报表
        | 序号 | 职业（工种）名称 | 职业编码   | 收费标准 |
        | 1    | 车工             | 6-18-01-01 | 不收费   |
        | 2    | 铣工             | 6-18-01-02 | 不收费   |
        | …… | 1                | 1          | 1        |
        """,
    )
    occupations = fields["occupations"]
    assert isinstance(occupations, list)
    assert [one["name"] for one in occupations] == ["车工", "铣工"]


def test_columns_that_are_as_wide_as_what_the_page_has_in_them():
    first = """
        # 考评员名册
        | 序号   | 姓名     | 考评职业（工种）       | 身份证号码         | 所在单位               |
        | 1      | 张样例   | 电工                   | 110105194912310021 | 样例市晨星职业培训学校 |
        | 2      | 王样例   | 电工                   | 11010519491231002X | 样例市晨星职业培训学校 |
        """
    rest = """
        | 3 | 李样例 | 车工     | 110105194912310021 | 样例市晨星职业培训学校 |
        """
    pages = [typed(first), typed(rest)]
    people = document_types()[DocumentKind.STAFF_ROSTER].read(pages)["people"].value
    assert isinstance(people, list)
    assert [(one["name"], one["occupation"]) for one in people] == [
        ("张样例", "电工"),
        ("王样例", "电工"),
        ("李样例", "车工"),
    ]


def test_an_area_of_which_a_figure_was_not_read_is_none():
    lease = "# 房屋租赁合同\n建筑面积      {}平方米，房屋质量良好"
    whole, lacking = (
        read("lease_contract", lease.format(figures))["floor_area"]
        for figures in ("8    6    2    .    5", "8    6         .    5")
    )
    assert (whole, lacking) == (862.5, None)


def test_no_name_holds_a_credit_code():
    form = "# 申请表\n申请机构名称  统一社会信用代码91220104MA17KW933G"
    assert read("application_form", form).get("name") is None


def test_the_head_of_the_next_part_of_a_table_is_no_party():
    lease = """
        # 房屋租赁合同
        | 乙方 | 法定代表人 | 张样例     |
        | 标的 | 建筑面积   | 1200平方米 |
        """
    assert read("lease_contract", lease).get("lessee") is None


FORM = f"# 社会培训评价组织备案申请表\n| 单位名称 | {SCHOOL} |\n"


@pytest.mark.parametrize(
    "rows",
    [
        "| 法定代表人 | 李样   | 联系电话 | 13800000000 |\n| 联系人     | 王样例 | 联系电话 | 13900000000 |",
        "| 法定代表人 | 李样   | 手机 | 13800000000 |\n| 联系人     | 王样例 | 电话 | 13900000000 |",
        "| 联系人     | 王样例 | 电话 | 13900000000 |\n| 法定代表人 | 李样   | 手机 | 13800000000 |",
        "法定代表人：李样   联系电话：13800000000\n联系人：王样例   联系电话：13900000000",
        "| 法定代表人/电话 | 李样/13800000000   |\n| 联系人/电话     | 王样例/13900000000 |",
    ],
)
def test_the_number_is_the_contacts_and_not_the_representatives(rows: str):
    fields = read("application_form", FORM + rows)
    assert (fields["legal_representative"], fields["contact"], fields["phone"]) == ("李样", "王样例", "13900000000")


def test_the_post_is_the_contacts_and_not_the_representatives():
    rows = "| 法定代表人 | 李样 | 职务 | 校长 |\n| 联系人     | 王样 | 职务 | 主任 |"
    assert read("application_form", FORM + rows)["position"] == "主任"


@pytest.mark.parametrize(
    "rows",
    [
        "| 联系人及职务   | 王样例（主任）              |\n| 联系电话及邮箱 | 0471-6212345 a@example.com |",
        "| 联系人（职务） | 王样例（主任）              |\n| 电话/邮箱      | 0471-6212345/a@example.com |",
        "| 联系人/职务 | 王样例/主任 |\n| 联系方式（电话／电子信箱） | 0471-6212345／a@example.com |",
    ],
)
def test_values_that_share_a_cell(rows: str):
    fields = read("application_form", FORM + rows)
    values = {name: fields[name] for name in ("contact", "position", "phone", "email")}
    assert values == {"contact": "王样例", "position": "主任", "phone": "0471-6212345", "email": "a@example.com"}


def test_a_contact_whose_cell_goes_over_the_heads_and_their_values():
    rows = """
        # 社会培训评价组织备案申请表
        |        | 姓名   | 职务 | 联系电话     | 电子邮箱 |
        | 联系人 |        |      |              | abc@exam |
        |        | 王样例 | 主任 | 0471-6212345 | ple.com  |
    """
    page = typed(rows)
    (heads, middle, last) = (page.cells[start : start + 5] for start in (0, 5, 10))
    whole = (heads[0][0], heads[0][1], heads[0][2], last[0][3])
    below = [(top[0], top[1], top[2], bottom[3]) for top, bottom in zip(middle[1:], last[1:], strict=True)]
    page.cells = [whole, *heads[1:], *below]
    fields = document_types()[DocumentKind.APPLICATION_FORM].read([page])
    values = {name: fields[name].value for name in ("contact", "position", "phone", "email")}
    assert values == {"contact": "王样例", "position": "主任", "phone": "0471-6212345", "email": "abc@example.com"}


def test_a_form_of_items_in_bracketed_numbers():
    fields = read(
        "application_form",
        f"""
        # 社会培训评价组织备案申请表
        （一）组织名称  {SCHOOL}
        （二）注册登记机构 样例市民政局      （三）社会信用代码52150500MJY1234567
        （四）法人代表  温样例
        （五）申报单位情况说明
        """,
    )
    assert (fields["name"], fields["registration_authority"]) == (SCHOOL, "样例市民政局")
    assert fields["legal_representative"] == "温样例"


def test_entries_numbered_in_chinese():
    heads = "| 职业名称   | 职业编码   | 评价等级 |\n"
    rows = ["| 中式烹调师 | 4-03-02-01 | 三级     |", "| 二中式面点师 | 4-03-02-02 | 三级   |"]
    rows += ["| 三西式烹调师 | 4-03-02-03 | 三级   |", "| 四三维建模师 | 4-03-02-09 | 三级   |"]
    read_rows = read("application_form", FORM + heads + "\n".join(rows))["occupations"]
    assert [row["name"] for row in read_rows] == ["中式烹调师", "中式面点师", "西式烹调师", "三维建模师"]


def test_a_columns_head_is_no_name():
    first = "# 社会培训评价组织备案申请表\n| 申报主体 | 样例 |"
    heads = "| 名称 | 职业编码   | 等级 |\n| 电工 | 6-31-01-03 | 三级 |"
    assert read("application_form", f"{first}\n{heads}").get("name") is None


def test_a_label_of_two_values_that_stand_in_cells_of_their_own():
    fields = read("application_form", FORM + "| 联络人及职务 | 曲样 | 评价中心主任 |")
    assert (fields["contact"], fields["position"]) == ("曲样", "评价中心主任")


def test_labels_numbered_in_circles_over_their_values():
    page = typed("""
        # 职业技能等级认定机构申请表
        | ①申请机构（全称）     | ②办公地址             |
        | 样例市晨星职业培训学校 | 样例市样例区育英街12号 |
        | ③ 登记管理机关        | ④统一社会信用代码     |
        | 样例市民政局           | 52150500MJY1234567     |
        | ⑥ 法定代表人          | ⑩0 联系电话            |
        | 纪样例                 | 13900000000            |
    """)
    # A label and its value share a cell.
    cells = [page.cells[start : start + 4] for start in range(0, 12, 4)]
    page.cells = [
        (one[0], one[1], one[2], under[3]) for four in cells for one, under in zip(four, four[2:], strict=False)
    ]
    fields = document_types()[DocumentKind.APPLICATION_FORM].read([page])
    names = ("name", "registration_authority", "credit_code", "legal_representative", "phone")
    assert [fields[name].value for name in names] == [
        SCHOOL, "样例市民政局", "52150500MJY1234567", "纪样例", "13900000000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "levels"),
    [("五级/初级工一二级/技师", [5, 4, 3, 2]), ("五级一三级（初、中、高）", [5, 4, 3]), ("五级一级", [])],
)
def test_a_dash_between_levels_that_was_read_as_a_one(printed: str, levels: list[int]):
    rows = f"| 职业名称 | 职业编码   | 评价等级                 |\n| 电工     | 6-31-01-03 | {printed} |"
    assert read("application_form", FORM + rows)["occupations"][0]["levels"] == levels


@pytest.mark.parametrize("more", ["的整层", "整层", "房屋整层"])
def test_a_whole_floor_is_no_part_of_the_address(more: str):
    clause = f"第一条 乙方承租甲方位于样例市样例区育英街12号样例大厦6层{more}，建筑面积1200平方米。"
    fields = read("lease_contract", f"# 房屋租赁合同\n出租方（甲方）：{OWNER}\n承租方（乙方）：{SCHOOL}\n{clause}")
    assert fields["address"] == "样例市样例区育英街12号样例大厦6层"
