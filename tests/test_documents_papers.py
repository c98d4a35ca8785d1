"""Papers as offices, auditors and authorities word and lay them out, each in its own way."""

import pytest
from typed_pages import typed

from extractors.copy_statements import without_copy_statements
from extractors.documents import document_types
from extractors.dossier import read_document
from extractors.splitting import split
from schemas.document import Document, DocumentKind
from schemas.page import Line, Page, Seal

SCHOOL = "样例市晨星职业培训学校"
COMPANY = "样例市晨星职业培训学校有限公司"
ASSOCIATION = "样例省烹饪行业协会"


def read(kind: str, *pages: str | Page) -> dict[str, object]:
    made = [page if isinstance(page, Page) else typed(page, number=number) for number, page in enumerate(pages, 1)]
    return {name: field.value for name, field in document_types()[DocumentKind(kind)].read(made).items()}


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("implementation_plan", "entity", f"# 职业技能等级认定工作实施方案\n# （{SCHOOL}）\n一、编制依据"),
        ("implementation_plan", "entity", f"# 实施方案\n\n\n编制：{SCHOOL}\n2023年7月16日"),
        ("implementation_plan", "entity", f"# 实施方案\n{SCHOOL}（样例）有限公司\n一、总则".replace("（样例）", "")),
        (
            "integrity_pledge",
            "name",
            f"致：样例市职业技能鉴定指导中心\n# 诚信承诺书\n{SCHOOL}（以下称本机构）郑重承诺：",
        ),
        ("informatisation_statement", "entity", f"# 信息化建设情况\n{SCHOOL}围绕认定工作需要，持续推进建设。"),
        (
            "application_report",
            "entity",
            f"# 关于申请备案的请示\n样例市人力资源和社会保障局：\n> {SCHOOL}\n> 2022年3月1日",
        ),
    ],
)
def test_whose_it_is(kind: str, name: str, text: str):
    assert str(read(kind, text)[name]).startswith(SCHOOL)
    assert not str(read(kind, text)[name]).startswith("（")


def test_a_sentence_is_no_name():
    text = f"""
        # 公共信用信息报告
        {SCHOOL}
        统一社会信用代码  52350100M000100Y4X
        说明：信用主体  可通过窗口申请异议处理或信用修复
    """
    assert read("credit_report", text)["name"] == SCHOOL


def test_certificate_of_a_title_in_prose():
    text = """
        # 职 称 证 书
        > 证书编号:1102990001743845
            张样例，身份证号码000101199001010001，经评审委员会评审，具
        备烹饪教育专业讲师任职资格。
        > 样例市职称工作办公室
        > 批准日期：2017年07月06日
    """
    fields = read("skill_certificate", text)
    assert (fields["person"], fields["occupation"], fields["certificate_number"]) == (
        "张样例",
        "烹饪教育",
        "1102990001743845",
    )
    assert fields.get("level") is None


def test_certificate_of_a_skill_in_prose():
    text = """
        # 职业资格证书
        兹证明张样例同志参加电工职业三级/高级工技能鉴定，成绩合格，特发此证。
        证书编号：1002990003831101
    """
    assert read("skill_certificate", text) == {
        "person": "张样例",
        "occupation": "电工",
        "level": 3,
        "certificate_number": "1002990003831101",
    }


def line(text: str, left: float, top: float, height: float = 0.012) -> Line:
    step = 0.008
    extents = [(left + place * step * 2, left + (place + 1) * step * 2) for place in range(len(text))]
    return Line(text=text, box=(left, top, extents[-1][1], top + height), confidence=0.99, extents=extents)


@pytest.mark.parametrize(
    ("sentence", "occupation", "level"),
    [
        ("参加无人机驾驶员职业技能等级认定，考核合格，达到二级（技师）水平，特发此证。", "无人机驾驶员", 2),
        ("经中式烹调师（工种）职业技能鉴定，成绩合格，取得高级工/三级职业资格。", "中式烹调师", 3),
        ("经考核合格，授予电工国家职业资格四级，特发此证。", "电工", 4),
        ("参加国家职业技能鉴定，达到相应等级，特发此证。", None, None),
    ],
)
def test_certificate_of_a_skill_in_a_sentence_beside_the_photograph(
    sentence: str, occupation: str | None, level: int | None
):
    page = typed(f"# 职业技能等级证书\n张样例（身份证号码：000101199001010001）{sentence[:9]}\n{sentence[9:]}  照片")
    fields = read("skill_certificate", page)
    assert (fields["person"], fields.get("occupation"), fields.get("level")) == ("张样例", occupation, level)


def test_a_level_in_the_row_under_the_occupation():
    text = """
    # 职业资格证书
    持证人  张样例
    性别男
    身份证号
    110105199001011234
    职业（工种）及等级
    铁路线桥工
    高级技师 国家职业资格一级
    编号 No.1207000003100064
    """
    values = {"person": "张样例", "occupation": "铁路线桥工", "level": 1, "certificate_number": "1207000003100064"}
    assert read("skill_certificate", text) == values


def test_labels_with_their_translation_under_them():
    page = typed("# 职业技能等级证书")
    page.lines += [
        line("职业名称", 0.1, 0.2),
        line("OCCUPATION", 0.1, 0.213, 0.008),
        line("保洁员", 0.3, 0.21),
        line("姓名", 0.1, 0.3),
        line("NAME", 0.1, 0.313, 0.008),
        line("张样例", 0.3, 0.31),
    ]
    fields = read("skill_certificate", page)
    assert (fields["occupation"], fields["person"]) == ("保洁员", "张样例")
    page.lines[3].box = (0.3, 0.2, 0.348, 0.212)
    assert read("skill_certificate", page)["occupation"] == "保洁员"


def test_a_value_between_two_labels_is_not_the_lower_ones():
    page = typed("# 职业资格证书")
    page.lines += [
        line("姓名", 0.1, 0.2),
        line("张样例", 0.2, 0.2),
        line("职业（工种）", 0.525, 0.122, 0.016),
        line("电工", 0.7, 0.135, 0.019),
        line("Occupation", 0.523, 0.138, 0.017),
        line("等级", 0.523, 0.158, 0.019),
        line("高级技师/一级", 0.7, 0.175, 0.015),
        line("SkillLevel", 0.525, 0.178, 0.013),
    ]
    fields = read("skill_certificate", page)
    assert (fields["occupation"], fields["level"]) == ("电工", 1)


@pytest.mark.parametrize("label", ["职业（工种）及等级", "职业（工种）·及等级"])
def test_an_occupation_with_its_level_indented_under_the_label_of_both(label: str):
    text = f"""
        # 职业资格证书
        姓名  张样例        {label}
                               电工技师（二级）
        证书编号  1402000000442985
    """
    fields = read("skill_certificate", text)
    assert (fields["occupation"], fields["level"]) == ("电工", 2)


def test_who_issued_a_certificate_and_when_is_not_its_number():
    text = """
        # 职业资格证书
        姓名      张样例
        证书编号  样例职业技能评价有限公司2018年10月24日
    """
    assert read("skill_certificate", text).get("certificate_number") is None


AUDIT = f"""
    # 审 计 报 告
    > 样例会审字〔2021〕第062号
    {SCHOOL}：
        我们审计了后附的{SCHOOL}（以下称贵单位）财务报表，包括2020年12月31日的资产负债表。
    {{body}}
    样例正信会计师事务所有限公司
    > 二〇二一年三月二十六日
"""
PLAIN = "我们认为，上述财务报表在所有重大方面公允反映了贵单位2020年年末的财务状况。"


@pytest.mark.parametrize(
    ("body", "opinion"),
    [
        (PLAIN, "unqualified"),
        (f"{PLAIN}\n    四、需要强调的事项\n    请使用者注意附注九，结果尚不确定。", "unqualified_with_emphasis"),
        (f"{PLAIN}\n    我们提醒财务报表使用者关注，如附注九所述。", "unqualified_with_emphasis"),
        ("三、导致保留意见的事项\n    我们未能监盘存货。\n    四、保留意见", "qualified"),
        ("我们认为，除上段所述事项可能产生的影响外，财务报表在所有重大方面公允反映了状况。", "qualified"),
        ("由于上述事项的重要性，贵单位财务报表未能公允反映2020年的财务状况。", "adverse"),
        ("鉴于上述事项影响重大，我们不对后附的贵单位财务报表发表意见。", "disclaimer"),
        ("我们无法对上述会计报表整体发表意见。", "disclaimer"),
        (f"{PLAIN}\n    我们不对这些事项单独发表意见。", "unqualified"),
        (f"{PLAIN}\n    我们不对上述财务报表发表意见。", None),
    ],
)
def test_opinion(body: str, opinion: str | None):
    fields = read("audit_report", AUDIT.format(body=body))
    assert fields.get("opinion") == opinion
    assert (fields["auditee"], fields["fiscal_year"], fields["signed"]) == (SCHOOL, 2020, "2021-03-26")
    assert fields["audit_firm"] == "样例正信会计师事务所有限公司"


def test_a_table_of_contents_names_no_firm():
    contents = "# 目  录\n一、审计报告\n四、会计师事务所执业证书及营业执照复印件"
    fields = read("audit_report", contents, AUDIT.format(body=PLAIN))
    assert fields["audit_firm"] == "样例正信会计师事务所有限公司"


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        (
            f"""
            # 营 业 执 照
            # （副  本） 1-1
            统一社会信用代码  91350100M000100Y43
            名    称   {COMPANY}      注册资本   伍拾万元整
            类    型   有限责任公司(自然人独资)            成立日期   2010年03月18日
            法定代表人 张样例                              营业期限   2010年03月18日至长期
            经营范围   技能人才培养、技术交流。            住    所   样例市样例区学府路12号
                                                           登记机关
            > 2019年08月12日
            """,
            "business_licence",
            {
                "name": COMPANY,
                "registered_capital": 500_000,
                "established": "2010-03-18",
                "valid_from": "2010-03-18",
                "valid_to": None,
                "address": "样例市样例区学府路12号",
                "issued": "2019-08-12",
            },
        ),
        (
            f"""
            # 社会团体法人登记证书
            # （副  本）
            统一社会信用代码：51350100M000100Y4H
            社团名称：{ASSOCIATION}
            法定代表人：张样例
            住所：样例市样例区学府路12号
            注册资金：3万元
            业务主管单位：样例省商务厅
            业务范围：技术交流、咨询服务
            有效期限：2021年9月24日至2025年9月23日
            发证机关：样例省民政厅
            发证日期：2021年9月24日
            """,
            "social_organisation",
            {
                "name": ASSOCIATION,
                "registered_capital": 30_000,
                "valid_to": "2025-09-23",
                "registration_authority": "样例省民政厅",
                "issued": "2021-09-24",
            },
        ),
        (
            """
            # 事业单位法人证书
            统一社会信用代码  12350100M000100Y4A
            名    称：样例市样例技师学院
            宗旨和业务范围：培养技能人才，开展职业技能培训。
            住    所：样例市样例区学府路12号
            法定代表人：张样例
            经费来源：财政补助
            开办资金：￥1200万元
            举办单位：样例市人力资源和社会保障局
            登记管理机关：样例市事业单位登记管理局
            有效期：自2020年08月14日至2025年08月13日
            """,
            "public_institution",
            {
                "name": "样例市样例技师学院",
                "registered_capital": 12_000_000,
                "valid_from": "2020-08-14",
                "valid_to": "2025-08-13",
                "registration_authority": "样例市事业单位登记管理局",
            },
        ),
    ],
)
def test_registration_certificates(text: str, kind: str, values: dict[str, object]):
    fields = read("registration_certificate", text)
    assert fields["certificate_type"] == kind
    assert (fields["legal_representative"], {name: fields[name] for name in values}) == ("张样例", values)


def test_an_authority_and_its_date_beside_the_term():
    fields = read(
        "registration_certificate",
        """
        # 社会团体法人登记证书
        名称：样例省烹饪行业协会
        住所：样例市样例区学府路12号
        业务范围：技术交流
        业务主管单位：样例省商务厅


                                                 样例省民政厅
                                              （登记管理机关印章）
        有效期限：自2020年5月23日
                至2022年4月13日                2020年5月24日
        """,
    )
    assert (fields["valid_from"], fields["valid_to"]) == ("2020-05-23", "2022-04-13")
    assert (fields["registration_authority"], fields["issued"]) == ("样例省民政厅", "2020-05-24")


@pytest.mark.parametrize(
    ("address", "sealed", "authority"),
    [
        ("样例市样例区学府路12号", "样例市样例区市场监督管理局", "样例市样例区市场监督管理局"),
        ("样例市启明区学府路12号", "样例市样例区市场监督管理局", None),
        ("样例市样例区学府路12号", "样例市事业单位登记营理局", "样例市事业单位登记管理局"),
        # A place's name begins where another one ends: 例市 is none.
        ("样例市样例区学府路12号", "例市样例区市场监督管理局", None),
    ],
)
def test_an_authority_on_a_seal_is_sure_where_its_place_is_printed(address: str, sealed: str, authority: str | None):
    page = typed(f"# 营业执照\n住所  {address}\n\n\n登记机关")
    page.seals.append(Seal(text=sealed, confidence=0.75, file=page.file, page=1, box=(0.6, 0.2, 0.8, 0.3)))
    kind = document_types()[DocumentKind.REGISTRATION_CERTIFICATE]
    assert kind.read([page])["registration_authority"].value == authority


def test_a_date_of_which_the_seal_may_hide_a_figure_has_no_value():
    page = typed("# 营业执照\n\n\n\n\n\n登记机关\n2021年8月1日")
    date = page.lines[-1]
    left, right = date.extents[-2][1], date.extents[-1]
    # So wide a room before 日 that one more figure may stand there; the seal ends before it.
    date.extents[-1] = (right[0] + 0.02, right[1] + 0.02)
    kind = document_types()[DocumentKind.REGISTRATION_CERTIFICATE]
    assert kind.read([page])["issued"].value == "2021-08-01"
    page.seals.append(
        Seal(text=None, confidence=0.9, file=page.file, page=1, box=(left - 0.01, date.box[1], left + 0.01, 0.9))
    )
    issued = kind.read([page])["issued"]
    assert (issued.value, issued.text) == (None, "2021年8月1日")


def test_school_permit():
    text = f"""
        # 中华人民共和国民办学校办学许可证
        # （正本）
        教民 135010070000019号
        名    称：{SCHOOL}
        地    址：样例市样例区学府路12号
        校长（法人）：张样例
        学校类型：职业培训学校
        办学内容：中式烹调师、电工
        主管部门：样例市人力资源和社会保障局
        有效期限：自2020年5月至2025年5月
        """
    fields = read("school_permit", text)
    assert (fields["name"], fields["address"], fields["legal_representative"], fields["permit_number"]) == (
        SCHOOL,
        "样例市样例区学府路12号",
        "张样例",
        "教民135010070000019号",
    )


def test_a_deed_of_several_rooms_is_of_all_their_area():
    rooms = """
        # 房屋所有权证
        | 房屋所有权人 | 样例集团有限责任公司                  |
        | 幢号 | 房号    | 结构 | 建筑面积（平方米） | 设计用途 |
        | 1    | 0109001 | 砼   | 812.55             | 商业     |
        | 1    | 0109002 | 砼   | 406.30             | 办公     |
    """
    fields = document_types()[DocumentKind.PROPERTY_CERTIFICATE].read([typed(rooms)])
    assert (fields["floor_area"].value, fields["floor_area"].confidence < 0.8) == (1218.85, True)
    summed = rooms + "    | 合计 |         |      | 1218.85            |          |\n"
    fields = document_types()[DocumentKind.PROPERTY_CERTIFICATE].read([typed(summed)])
    assert (fields["floor_area"].value, fields["floor_area"].confidence > 0.9) == (1218.85, True)
    unreadable = rooms + "    | 1    | 0109003 | 砼   | 1.050              | 办公     |\n"
    assert read("property_certificate", unreadable)["floor_area"] is None


def test_a_firm_s_form_under_its_name_beside_those_who_sign():
    fields = read(
        "audit_report",
        f"""
        # 审计报告
        {COMPANY}全体股东：
        我们审计了{COMPANY}财务报表，包括2021年12月31日的资产负债表。
        样例正信会计师事务所            中国注册会计师：
        （普通合伙）                    中国注册会计师：
        中国·样例                       二〇二二年四月十五日
        """,
    )
    assert fields["audit_firm"] == "样例正信会计师事务所（普通合伙）"


def test_a_total_whose_decimals_were_not_read():
    sheet = """
        # 资产负债表
        编制单位：样例市晨星职业培训学校    2021年12月31日    单位：元
        | 资产     | 期末数       | 年初数       | 负债和净资产     | 期末数       | 年初数       |
        | 资产总计 | 1,330,312    | 1,337,382.40 | 负债和净资产总计 | {total} | 1,337,382.40 |
    """
    assert read("financial_statements", sheet.format(total="1,330,312.40"))["total_assets"] == 1330312.4
    assert read("financial_statements", sheet.format(total="1,380,312.40"))["total_assets"] is None


def test_an_old_booklet_without_a_title():
    booklet = typed(
        """
        姓名    陈样例
        Name
        文化程度    大专
        Educational Level
        职业(工种)及等级    维修电工 高级
        Occupation & Skill Level
        理论知识考试成绩    82
        操作技能考核成绩    85
        评定成绩    合格
        编号No.1404000000308765
        """
    )
    (document,) = split([booklet])
    assert document.kind is DocumentKind.SKILL_CERTIFICATE
    fields = read("skill_certificate", booklet)
    assert (fields["person"], fields["occupation"], fields["level"]) == ("陈样例", "维修电工", 3)


def test_a_level_before_its_occupation():
    booklet = "姓名：吕样例\n职业(工种)及等级：高级技师（国家职业资格一级）美容师\n证书编号：1204003002300456"
    fields = read("skill_certificate", f"# 职业资格证书\n{booklet}")
    assert (fields["occupation"], fields["level"]) == ("美容师", 1)


def test_a_term_in_the_row_under_its_label():
    fields = read(
        "registration_certificate",
        """
        # 事业单位法人证书
        统一社会信用代码:12150400460000012A            名    称  样例市就业培训中心
                                                       住    所  样例市新城区八家街24号
                      有效期                           法定代表人  韩样例
          自2019年04月02日至2024年04月01日             开办资金  368万元
        """,
    )
    assert (fields["valid_from"], fields["valid_to"]) == ("2019-04-02", "2024-04-01")


def test_a_bracket_that_says_more_than_the_address():
    said = "甲方将坐落于样例市铁西区文化路25号院内实训楼（三层，总建筑面积2018.6平方米）租给乙方使用。"
    assert read("lease_contract", f"# 校舍租用协议书\n{said}")["address"] == "样例市铁西区文化路25号院内实训楼"


def test_a_unit_under_its_label_without_its_brackets():
    deed = """
        # 房屋所有权证
        | 幢号 | 房号    | 建筑面积 m | 套内建筑面积 m |
        | 1    | 0109001 | 2774.84    | 2414.11        |
    """
    assert read("property_certificate", deed)["floor_area"] == 2774.84


@pytest.mark.parametrize("stamp", ["复印件与原件一致", "与原件核对无误", "此件与原件相符"])
def test_the_day_of_a_copy_is_not_that_of_what_was_copied(stamp: str):
    pages = [
        typed(
            f"""
            # 社会团体法人登记证书
            名    称：样例市晨星家政行业协会
            统一社会信用代码：51150400MJ0000006U
            业务范围：行业自律、业务培训
            住    所：样例市样例区样例路8号
            法定代表人：张样例
            有效期限：自2018年3月20日至2022年3月19日
                                        发证机关：样例市民政局
                                              2018年3月20日

            {stamp}
             2020年11月9日
            """
        ),
        typed(
            f"""
            # 年度检查记录
            年度        检查结论
            2018        年度检查合格
                         2019年6月3日

            注意事项：社会团体注销时，须将本证书交回。
            {stamp}
             2020年11月9日
            """,
            number=2,
        ),
    ]
    document = Document(id="1", kind=DocumentKind.REGISTRATION_CERTIFICATE, confidence=1.0, pages=[])
    read_document(document, pages)
    assert document.fields["issued"].value == "2018-03-20"


def test_a_sentence_on_copies_is_no_stamp():
    page = typed(
        """
        一、提交的申报材料及所附证明文件合法、真实、有效，
        复印件与原件一致。
             2022年3月9日
        """
    )
    assert without_copy_statements(page) is page
