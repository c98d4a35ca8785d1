"""Where a packet's documents begin and end, on typed pages."""

import pytest
from typed_pages import typed

from extractors.layout import flow, rows
from extractors.splitting import find_heading, split
from schemas.document import DocumentKind
from schemas.page import Line, Page, Seal

SCHOOL = "样例市晨星职业培训学校"


def kinds(*pages: str | Page) -> list[tuple[str, list[int]]]:
    """Return the kinds and page numbers of the documents that typed pages make up."""
    made = [
        typed(page, number=number) if isinstance(page, str) else page.model_copy(update={"number": number})
        for number, page in enumerate(pages, start=1)
    ]
    return [(one.kind.value, [place.page for place in one.pages]) for one in split(made)]


COVER = f"\n\n# {SCHOOL}\n\n# 审 计 报 告\n\n# 样例审字〔2021〕第062号"
CONTENTS = "# 目  录\n一、审计报告……1\n二、财务报表……4\n三、财务报表附注……8\n四、会计师事务所营业执照复印件"
REPORT = f"""
    # 审 计 报 告
    > 样例审字〔2021〕第062号
    {SCHOOL}理事会：
    一、审计意见
    我们审计了{SCHOOL}财务报表，包括2020年12月31日的资产负债表，2020年度的业务活动表。
    我们认为，后附的财务报表在所有重大方面按照规定编制，公允反映了财务状况。
    二、形成审计意见的基础
"""
STATEMENT = """
    # {title}
    编制单位：{owner}        {date}       单位：元
    | 项目 | 行次 | 金额一 | 金额二 |
    | 合计 | 1    | 100.00 | 200.00 |
"""


def statement(title: str, owner: str = SCHOOL, date: str = "2020年度") -> str:
    return STATEMENT.format(title=title, owner=owner, date=date)


def test_a_cover_and_a_table_of_contents_belong_to_the_report_behind_them():
    assert kinds(COVER, CONTENTS, REPORT) == [("audit_report", [1, 2, 3])]


def test_a_packets_own_table_of_contents_belongs_to_no_document():
    contents = """
        # 目  录
        1.备案申请表 1
        2.登记证书复印件 3
        3.职业技能等级认定工作实施方案 4
        4.管理制度 8
        5.专职工作人员花名册 10
    """
    rules = f"# {SCHOOL}\n# 考务管理制度\n第一条 为规范考务工作，制定本制度。"
    assert kinds(rules, contents) == [("management_system", [1]), ("other", [2])]


def test_statements_of_one_set_are_one_document():
    sheets = [statement("资产负债表", date="2020年12月31日"), statement("业务活动表"), statement("现金流量表")]
    assert kinds(*sheets) == [("financial_statements", [1, 2, 3])]


def test_statements_of_another_year_or_owner_are_another_document():
    another_year = statement("业务活动表", date="2021年度")
    another_owner = statement("业务活动表", owner="样例省启明钢铁有限公司")
    again = statement("资产负债表", date="2020年12月31日")
    for other in (another_year, another_owner, again):
        pages = kinds(statement("资产负债表", date="2020年12月31日"), other)
        assert pages == [("financial_statements", [1]), ("financial_statements", [2])]


def test_rules_without_a_name_of_their_own_go_on_with_those_before():
    articles = "\n".join(
        f"第{number}条 考务人员遵守考场纪律，保守试题秘密，不得泄露。" for number in "一二三四五六七八九十"
    )
    rules = f"# {SCHOOL}\n# 考务管理制度\n{articles}\n{articles}"
    assert kinds(rules, f"# 财务管理制度\n{articles}", f"C.质量管控措施\n{articles}") == [
        ("management_system", [1, 2, 3])
    ]
    other = f"# 样例省启明钢铁有限公司\n# 财务管理制度\n{articles}"
    assert kinds(rules, other) == [("management_system", [1]), ("management_system", [2])]


def test_two_certificates_are_two_documents():
    text = """
        # 中华人民共和国
        # 职业资格证书
        姓名：{name}       身份证号码：000101199001010001
        职业：车工
        等级：二级/技师
        编号：1002990003831101
    """
    assert kinds(text.format(name="张样例"), text.format(name="李样例")) == [
        ("skill_certificate", [1]),
        ("skill_certificate", [2]),
    ]


def test_a_certificate_is_told_by_its_words_where_its_title_was_not_read():
    text = """
        # 职上资正书
        姓名：张样例       身份证号码：000101199001010001
        职业：车工
        等级：二级/技师
        编号：1002990003831101
        经考核合格，特发此证。
    """
    assert kinds(text) == [("skill_certificate", [1])]


def test_a_specimen_shows_a_certificate():
    text = """
        # 证书样式

        # 职 业 技 能 等 级 证 书
        姓    名  ×××
        职业名称  ××××
    """
    page = typed(text)
    # The certificate's title is printed larger than what the page is.
    page.lines[0].box = (0.44, 0.05, 0.56, 0.063)
    assert kinds(page) == [("certificate_specimen", [1])]


FORM = """
    # 社会培训评价组织备案申请表
    一、基本信息
    | 单位名称 | 样例市晨星职业培训学校 |
"""


def test_a_list_at_its_pages_left_is_one_of_its_own_where_it_says_whose_it_is():
    section = "专职工作人员名单\n职业编码   申报材料真实有效   自愿退出\n| 序号 | 姓名 |"
    assert kinds(FORM, section) == [("application_form", [1, 2])]
    own = section.replace("\n", "\n单位名称（盖章）：样例市晨星职业培训学校\n", 1)
    assert kinds(FORM, own) == [("application_form", [1]), ("staff_roster", [2])]


def test_the_head_of_a_column_is_no_heading():
    second = typed("编号人员姓名  居民身份证号码       考评职业（工种）\n2    李样       110105194912310038   电工")
    for place, line in enumerate(second.lines[:3]):
        left, top, right, bottom = line.box
        second.lines[place] = line.model_copy(update={"box": (left, top, right, bottom + 0.005)})
    assert find_heading(second) is None
    assert kinds("# 考评员名单\n编号  人员姓名  居民身份证号码", second) == [("staff_roster", [1, 2])]


def test_the_number_of_an_annex_stands_before_its_title():
    supervisors = "# 附件3 质量督导员基本情况登记表\n姓名  身份证号码          督导范围\n张样  11010519491231002X  电工"
    assert kinds(REPORT, supervisors) == [("audit_report", [1]), ("staff_roster", [2])]


def aslant(text: str, left: float, top: float) -> Line:
    """Return a line that climbs over the page at 45 degrees."""
    step = 0.04
    extents = [(left + place * step, left + (place + 1) * step) for place in range(len(text))]
    return Line(
        text=text,
        box=(left, top, left + len(text) * step, top + len(text) * step * 0.7),
        confidence=0.9,
        extents=extents,
    )


def test_a_watermark_is_no_text_and_a_page_of_it_is_blank():
    page = typed("# 承诺书\n我单位承诺材料真实有效。")
    page.lines.insert(0, aslant("仅供职业技能等级认定申报使用", 0.2, 0.02))
    assert [row.text for row in rows(page)] == ["承诺书", "我单位承诺材料真实有效。"]
    blank = page.model_copy(
        update={
            "lines": [page.lines[0], Line(text="O", box=(0.5, 0.5, 0.6, 0.6), confidence=0.4, extents=[(0.5, 0.6)])]
        }
    )
    assert kinds(page, blank) == [("integrity_pledge", [1])]
    sealed = blank.model_copy(
        update={"seals": [Seal(text=SCHOOL, confidence=0.9, file="packet.pdf", page=2, box=(0.5, 0.5, 0.7, 0.6))]}
    )
    assert kinds(page, sealed) == [("integrity_pledge", [1, 2])]


def test_a_watermark_over_a_cover_is_none_of_its_lines():
    cover = typed(COVER)
    cover.lines.extend(aslant("样例复印件", 0.1 + 0.1 * place, 0.5 + 0.05 * place) for place in range(8))
    cover.lines.extend(aslant("样例复印件", 0.1 + 0.1 * place, 0.1 + 0.05 * place) for place in range(4))
    assert kinds(cover, REPORT) == [("audit_report", [1, 2])]


def test_long_lines_of_a_crooked_page_are_text():
    line = Line(
        text="第一条 为规范考务工作，根据有关规定，制定本制度，自发布之日起施行。",
        box=(0.1, 0.1, 0.9, 0.1 + 0.8 * 0.7 * 0.07),
        confidence=0.9,
        extents=[(0.1 + place * 0.023, 0.12 + place * 0.023) for place in range(34)],
    )
    page = Page(file="a.jpg", number=1, width=1240, height=1754, source="ocr", lines=[line])
    assert len(rows(page)) == 1


def test_a_page_without_lines_says_nothing():
    empty = Page(file="a.jpg", number=1, width=1240, height=1754, source="ocr")
    assert find_heading(empty) is None
    assert not flow([empty])
    heading = find_heading(typed("# 承诺书"))
    assert heading is not None
    assert heading.kind is DocumentKind.INTEGRITY_PLEDGE


def test_a_cover_with_nothing_but_its_title_is_no_blank_page():
    assert kinds("\n\n\n\n# 审计报告", REPORT) == [("audit_report", [1, 2])]


def test_a_short_list_without_rulings_is_no_cover_of_the_next_list():
    lists = [
        f"""
        # {title}
        序   姓名     身份证件号码          职务或职称
        1    张样例   150499199108064637    高级技师
        2    李样例   150499197501101327    高级讲师
        """
        for title in ("专家队伍名单", "考评员一览表", "职业技能评价专家库成员名录")
    ]
    assert kinds(*lists) == [("staff_roster", [1]), ("staff_roster", [2]), ("staff_roster", [3])]


def test_a_list_that_ends_over_the_heading_of_the_next_keeps_its_page():
    first = """
        # 考评人员情况
        | 序号 | 姓名   | 身份证号           | 职务/职称 |
        | 1    | 张样例 | 150499199108064637 | 高级技师  |
        | 2    | 李样例 | 150499197501101327 | 高级讲师  |
        """
    rest = "| 3    | 王样例 | 11010519491231002X | 高级讲师  |"
    second = """
        # 质量督导人员情况
        | 序号 | 姓名   | 身份证号           | 职务/职称 |
        | 1    | 赵样例 | 110105194912310021 | 高级技师  |
        """
    assert kinds(first, f"        {rest}\n{second}") == [("staff_roster", [1, 2])]
    assert kinds(first, second) == [("staff_roster", [1]), ("staff_roster", [2])]


def test_the_form_of_a_candidate_stands_among_the_rules():
    rules = f"# {SCHOOL}\n# 考务管理制度\n第一条 为规范考务工作，制定本制度。"
    form = "附表1\n# 职业技能等级认定个人申请表（样表）\n姓名    性别    出生日期\n申报职业    申报等级"
    assert kinds(rules, form) == [("management_system", [1, 2])]


def test_the_back_of_a_deeds_cover_is_the_deeds():
    lease = f"# 房屋租赁合同\n出租方（甲方）：{SCHOOL}\n承租方（乙方）：样例公司\n第一条 租赁期限\n甲方：        乙方："
    back = """
        根据《中华人民共和国物权法》等法律法规，为保护不动产权利人
        合法权益，对不动产权利人申请登记的本证所列不动产权利，经审查属
        实，准予登记，颁发此证。
        > 登记机构（章）
        中华人民共和国国土资源部监制
    """
    assert kinds(lease, back) == [("lease_contract", [1]), ("property_certificate", [2])]


def test_strokes_of_white_letters_on_a_band_are_no_cells_of_a_table():
    report = (
        "# 法人和非法人组织公共信用信息报告\n机构名称  样例市餐饮行业协会\n登记状态  正常\n住所  样例市样例区文化路9号"
    )
    page = typed(report)
    left, top, right, bottom = page.lines[0].box
    width, height = (right - left) / 16, bottom - top
    page.cells = [
        (left + place * width, top + 0.1 * height, left + (place + 0.8) * width, bottom - 0.1 * height)
        for place in range(16)
    ]
    heading = find_heading(page)
    assert heading is not None
    assert heading.kind is DocumentKind.CREDIT_REPORT


def test_a_name_written_by_hand_in_a_high_box_is_text():
    extents = [(0.3, 0.32), (0.32, 0.34), (0.34, 0.36)]
    name = Line(text="张样例", box=(0.3, 0.3, 0.36, 0.325), confidence=0.9, extents=extents)
    page = Page(file="a.jpg", number=1, width=1240, height=1754, source="ocr", lines=[name])
    assert [row.text for row in rows(page)] == ["张样例"]


@pytest.mark.parametrize(
    "paper",
    [
        "# 组织机构代码证\n代码：73000000-1\n机构类型：民办非企业法人\n颁发单位：样例市质量技术监督局",
        "# 税务登记证\n税号：220102000000001\n登记注册类型：民办非企业单位\n法定代表人：张样例\n经营范围：职业技能培训",
        "# 验 资 报 告\n我们接受委托，审验了开办资金实收情况。\n样例会计师事务所有限公司\n中国注册会计师：",
        "# 国有土地使用证\n座落 样例市平安路8号\n使用权面积 3000.00㎡",
        f"# {SCHOOL}\n# 学校章程\n第一条 本单位的业务主管单位是样例市人力资源和社会保障局。",
    ],
)
def test_papers_of_no_listed_kind_open_behind_a_plan(paper: str):
    plan = f"# {SCHOOL}\n# 职业技能等级认定实施方案\n一、总则\n为规范认定工作，制定本方案。"
    assert kinds(plan, paper) == [("implementation_plan", [1]), ("other", [2])]


def test_a_heads_column_in_the_middle_of_half_a_wide_page_is_no_title():
    head = "| 序号 | 姓名 | 文化程度 | 职业资格  | 居民身份证号       | 工作单位             | 工种   |"
    entry = "| 10   | 陶例 | 大专     | 助理讲师  | 220399196707074246 | 某地样例职业培训学校 | 车工   |"
    first = typed(f"# 考评员一览表\n\n{head}\n{entry}\n{entry}", number=1)
    second = typed(f"{head}\n{entry}\n{entry}", number=2)
    pages = [page.model_copy(update={"width": page.height, "height": page.width}) for page in (first, second)]
    [document] = split(pages)
    assert (document.kind, len(document.pages)) == (DocumentKind.STAFF_ROSTER, 2)


def test_a_list_that_ends_on_a_page_with_its_title_and_head_alone_is_one():
    head = "| 序号 | 姓名 | 身份证号           | 职称/职业资格等级 | 可考评工种 | 备注 |"
    entry = "| 1    | 陶例 | 220399196707074246 | 助理讲师          | 车工       |      |"
    first = f"# 考评员一览表\n{head}\n{entry}\n{entry.replace('| 1 ', '| 2 ')}"
    assert kinds(first, f"# 考评员一览表\n{head}\n共计2人；证书复印件附后。") == [("staff_roster", [1, 2])]
    # Another list begins anew, and one whose people could not be read is none of the first's.
    assert len(kinds(first, first)) == 2
    unread = f"# 考评员一览表\n序号  姓名  2203991967070\n{entry.replace('220399196707074246', '22039919670707')}"
    assert len(kinds(first, unread)) == 2


@pytest.mark.parametrize(
    "title",
    ["表一 专职工作人员（单位：样例市晨星职业培训学校有限公司）", "表三 专家团队", "附表4 考评员", "内部质量督导员"],
)
def test_a_list_is_told_by_its_columns_where_its_title_says_no_more_than_whose_it_is(title: str) -> None:
    table = "姓名    公民身份号码          职称    文化程度\n张样例  110105199001011234    讲师    本科"
    assert kinds(f"# 证书式样\n{'样式 ' * 20}", f"# {title}\n{table}") == [
        ("certificate_specimen", [1]),
        ("staff_roster", [2]),
    ]


def test_a_list_may_be_the_first_of_several_that_are_numbered() -> None:
    lists = """
        （一）专家团队
        编号  姓名    专长职业    职务/技能等级  学历  单位
        Z01   张样例  物业管理员  高级经济师     本科  样例公司

        （二）质量督导
        编号  姓名    证件号码            任职单位  职务
        D01   李样例  110105199001011234  样例公司  品质部经理
    """
    assets = "# 固定资产清单\n单位：样例公司\n1  钳工台  20  套  良好"
    assert kinds(assets, lists) == [("asset_list", [1]), ("staff_roster", [2])]
    plan = "# 职业技能等级认定实施方案\n一、工作目标\n为做好认定工作，制定本方案。"
    assert kinds(plan, lists) == [("implementation_plan", [1, 2])]


@pytest.mark.parametrize("gap", [" " * 15, " " * 28])
def test_a_card_s_label_over_two_rows_is_no_identity_card(gap: str) -> None:
    """Its lower row may be one with that of the number."""
    roster = """
        # 考评员花名册
        | 姓名 | 张样例 | 居民身份证号码 | 110105199001011234 |
        | 职称 | 讲师   | 考评职业       | 电工               |
    """
    cards = typed(
        f"""
                                  居民身份证
        姓名        李样例{gap}110105199001011250
                                     号码
        6
        职称        技师          考评职业      电工
        """
    )
    lower = next(line for line in cards.lines if line.text == "号码")
    left, top, right, bottom = lower.box
    lower.box = (left, top - 0.018, right, bottom - 0.018)
    assert kinds(roster, cards) == [("staff_roster", [1, 2])]


def test_a_table_of_contents_of_whose_title_a_letter_was_read() -> None:
    names = ("1. 社会培训评价组织职业技能等级认定机构申请表..", "2. 法人登记证书复印件……5", "3. 管理制度……6")
    page = typed("\n".join(["# 录", *(" " * 10 + name for name in names)]))
    first = page.lines[1]
    first.box = (*first.box[:3], first.box[3] + 0.002)
    assert kinds(page) == [("other", [1])]


def test_the_head_of_numbers_under_a_title_is_none_of_it() -> None:
    balance = "# 资产负债表\n编制单位：样例公司\n货币资金  100.00  200.00\n资产总计  300.00  400.00"
    trainees = (
        "# 培训评价人员花名册\n序号  姓名    性别  等级          身份证号码          评价时间\n1     张样例  女    四级"
    )
    assert kinds(balance, trainees) == [("financial_statements", [1]), ("trainee_roster", [2])]


def test_a_section_of_a_plan_on_people_is_no_list() -> None:
    plan = "# 职业技能等级认定实施方案\n一、工作目标\n为做好认定工作，制定本方案。"
    section = "专家团队\n本校聘请行业专家三名，负责命题与评审，每年召开两次会议。\n考评人员由校内外教师组成。"
    assert kinds(plan, section) == [("implementation_plan", [1, 2])]


def test_a_compilation_has_its_title_over_its_table_of_contents() -> None:
    plan = "# 职业技能等级认定实施方案\n一、工作目标\n为做好认定工作，制定本方案。"
    rules = (
        f"# 职业技能等级认定管理制度汇编\n# {SCHOOL}\n# 目录\n第一章总则    2\n第二章考务管理    2\n第三章证书管理    3"
    )
    assert kinds(plan, rules, "第一章总则\n第一条为加强管理，制定本制度。") == [
        ("implementation_plan", [1]),
        ("management_system", [2, 3]),
    ]


@pytest.mark.parametrize(
    "paper",
    [
        f"#企业技能人才自主评价备案回执\n{SCHOOL}：\n你单位报送的备案材料收悉，符合规定，同意备案。",
        "#关于成立职业技能等级认定中心的通知\n各处室：\n经研究，决定成立职业技能等级认定中心。",
    ],
)
def test_a_letter_behind_a_certificate_is_none_of_it(paper: str) -> None:
    certificate = "# 营业执照\n统一社会信用代码 91120116MA05XK3J0B\n名称 样例公司\n法定代表人 张样例\n注册资本 伍佰万元"
    letter = typed(paper)
    title = letter.lines[0]
    height = letter.lines[1].box[3] - letter.lines[1].box[1]
    # In the size of the text, in the middle.
    letter.lines[0] = title.model_copy(
        update={"box": (title.box[0], title.box[1], title.box[2], title.box[1] + height)}
    )
    assert kinds(certificate, letter) == [("registration_certificate", [1]), ("other", [2])]


def test_rules_come_with_the_letter_that_issues_them() -> None:
    letter = (
        "# 样例装备发〔2018〕96号\n# 关于印发《职工培训与评价管理办法》的通知\n各部门：\n现印发给你们，请遵照执行。"
    )
    assert kinds(letter, "# 职工培训与评价管理办法\n第一条 为规范工作，制定本办法。")[0][0] == "management_system"


def test_rules_whose_owner_stands_at_their_end_are_one_set() -> None:
    parts = (
        "# 管理运行制度、财务制度及应急预案\n第一部分 管理运行制度\n第一条 为规范工作，制定本制度。",
        f"# 财务管理制度\n第一条 经费专款专用。\n> {SCHOOL}2022年6月制",
    )
    assert kinds(*parts) == [("management_system", [1, 2])]


def test_a_bilingual_booklet_without_its_title_is_a_certificate() -> None:
    rules = "# 职业技能等级认定质量管控措施\n一、事前管控\n考评人员上岗前须签订廉洁承诺。"
    booklet = """
        姓名 Name 孟样山
        性别 Sex 男
        出生日期 Date of Birth 1972年05月11日
        文化程度 Education 高中
        职业（工种）Occupation 中式烹调师
        等级 Skill Level 高级技师
        证书编号 Certificate No.
        1105163002100017
        发证日期 Date of Issue 2011年9月16日
        持证人签名 Signature of the Bearer
    """
    assert kinds(rules, booklet) == [("management_system", [1]), ("skill_certificate", [2])]


def test_a_part_of_a_plan_is_no_rule_of_its_own() -> None:
    plan = "# 职业技能等级认定实施方案\n第一部分 单位概况\n本校成立于2016年。\n第二部分 认定范围\n三级至五级。"
    assert kinds(plan, "第六部分 保障措施\n一是场地保障，综合楼专用于评价。") == [("implementation_plan", [1, 2])]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("培训评价人员花名册（节选，全部56,119人次名单见电子版）", "trainee_roster"),
        ("考评人员花名册", "staff_roster"),
        ("职业技能等级认定专家库成员", "staff_roster"),
        ("认定办公室专职人员情况一览", "staff_roster"),
        ("职业技能等级证书（样式）及印章（样式）", "certificate_specimen"),
        ("诚信声明", "integrity_pledge"),
        ("法人和其他组织信用信息概况", "credit_report"),
        # What an outside assessor pledges is none of the applicant's.
        ("提供评价服务承诺书", "other"),
    ],
)
def test_titles_of_other_wording(title: str, kind: str) -> None:
    text = "样例市晨星职业培训学校二〇二二年三月\n一、样例文字样例文字样例文字样例文字样例文字。"
    assert kinds(f"# {title}\n{text}") == [(kind, [1])]


def test_a_pledge_of_somebody_else_is_nobodys_second_page() -> None:
    statements = "# 资产负债表\n编制单位：样例公司\n货币资金  100.00  200.00\n资产总计  300.00  400.00"
    pledge = "# 提供评价服务承诺书\n本人张样例，自愿受聘为样例公司考评人员，承诺遵守考评纪律。\n> 承诺人：张样例"
    assert kinds(statements, pledge) == [("financial_statements", [1]), ("other", [2])]


def test_labels_set_wide_on_a_cover_are_no_list() -> None:
    cover = f"""
        # 租赁合同

        甲    方    样例市宏远物业管理有限公司
        乙    方    {SCHOOL}
        签 署 日 期    2017年4月30日
    """
    body = "# 商业用房租赁合同\n1. 出租单位（甲方）：样例市宏远物业管理有限公司\n2. 租期约定：2017年5月7日—2023年5月6日"
    assert kinds(cover, body) == [("lease_contract", [1, 2])]


@pytest.mark.parametrize(
    "title",
    [
        "履历表",
        "收款收据",
        "同意转租证明",
        "企业职业技能等级认定试点基本条件自查清单",
        "关于成立职业技能等级认定工作领导小组的通知",
        "国家企业信用信息公示系统",
        "培训楼二层考核区域平面图",
        "场地设备图片资料（一）",
        "考核场地实景照片",
    ],
)
def test_papers_of_no_listed_kind_go_on_with_nothing(title: str):
    lease = typed("# 房屋租赁合同\n出租方：样例市宏远物业管理有限公司\n承租方：样例市晨星职业培训学校")
    other = typed(f"# {title}\n样例市晨星职业培训学校\n二〇二一年三月二日", number=2)
    assert [one.kind.value for one in split([lease, other])] == ["lease_contract", "other"]


def test_a_list_headed_in_its_first_row_is_no_section_of_the_form_before_it():
    form = typed("# 社会培训评价组织基本情况表\n单位名称：样例市晨星职业培训学校\n法定代表人：张样例", number=1)
    listed = typed(
        """
                                             场地设备设施及固定资产一览表
        1、 婴儿护理台    6套   860元   5160元
        2、 仿真婴儿模型  20个  420元   8400元
        3、 早教玩具柜    4组   1260元  5040元
        """,
        number=2,
    )
    assert [one.kind.value for one in split([form, listed])] == ["application_form", "asset_list"]


def test_a_title_with_whose_list_it_is_behind_it():
    heading = find_heading(typed("# 培训评价人员名册（含联系方式）——样例市晨星职业培训学校"))
    assert heading is not None
    assert heading.kind.value == "trainee_roster"


@pytest.mark.parametrize(
    ("title", "kind"),
    [("职业技能等级认定——考务管理制度", "management_system"), ("技能认定——评价人员花名册", "trainee_roster")],
)
def test_a_dash_before_a_titles_own_words_does_not_end_it(title: str, kind: str):
    heading = find_heading(typed(f"# {title}"))
    assert heading is not None
    assert (heading.kind.value, heading.score) == (kind, 0.8)


def test_what_stands_beside_a_blank_in_a_numbered_sentence_is_no_heading():
    lease = typed(f"# 房屋租赁合同\n出租方：样例市宏远物业管理有限公司\n承租方：{SCHOOL}")
    sentence = "租赁期内，甲方应保证房屋符合使用要求，乙方应按时交纳租金。"
    row = "        （二）甲方持有：              不动产权证书              号"
    second = typed("\n".join([sentence] * 4 + [row] + [sentence] * 20), number=2)
    for line in second.lines[4:-20]:
        left, top, right, bottom = line.box
        line.box = (left, top - 0.003, right, bottom + 0.003)
    assert [one.kind.value for one in split([lease, second])] == ["lease_contract"]


def test_a_title_that_ends_as_one_of_another_kind():
    heading = find_heading(typed("# 专家人员花名册"))
    assert heading is not None
    assert heading.kind.value == "staff_roster"


def test_a_photographed_cover_whose_edges_look_like_cells_is_one_with_what_follows():
    cover = typed("\n\n\n\n\n\n# 村镇房屋所有权证\n\n\n\n\n# 样例市建设局印制")
    cover.cells = [(0.02, 0.01 + 0.2 * n, 0.06, 0.15 + 0.2 * n) for n in range(5)]
    inner = typed(
        """
                          样村房权证样例字第0217号
        | 房屋所有权人 | 样例市宏远物业管理有限公司 |
        | 房屋坐落     | 样例市样例区文化路200号    |
        | 建筑面积     | 862.40平方米               |
        """,
        number=2,
    )
    assert [(one.kind.value, len(one.pages)) for one in split([cover, inner])] == [("property_certificate", 2)]


def test_a_tables_head_is_read_where_its_cells_break_it():
    """A form's second page, titled as its section is: what tells it are words that stand in two rows of a cell each."""
    second = typed("""
        # 拟开展职业技能等级认定的职业（工种）
        | 职业   |  职业  | 是否为   | 起始     | 拟认定  |
        | 名称   |  编码  | 新职业   | 时间     | 等级     |
        | 电工   |  6-31-01-03  | 否   | 2019年3月 | 三级     |
    """)
    columns = [(cell[0], cell[2]) for cell in second.cells[:5]]
    top, bottom = second.cells[0][1], second.cells[5][3]
    second.cells[:10] = [(left, top, right, bottom) for left, right in columns]
    assert kinds(FORM, second) == [("application_form", [1, 2])]


def test_what_runs_over_all_pages_is_no_title():
    running = SCHOOL + " " * 56 + "社会培训评价组织申报材料"
    second = f"{running}\n职业编码   申报材料真实有效   自愿退出\n注：本表可增行或续页。\n本单位承诺以上材料真实。"
    assert kinds(FORM, second) == [("application_form", [1, 2])]


@pytest.mark.parametrize(
    ("before", "page"),
    [
        (
            "# 专职工作人员名单\n序号  姓名  身份证号            职务/职称  学历",
            "# 样例市城镇职工社会保险参保人员明细（单位）\n序号  姓名  社会保障号码        参保状态  学历  身份证号",
        ),
        (
            FORM,
            "# 职业（工种)、编码、等级及评价标准\n1. 职业名称：电工\n职业编码：6-31-01-03  新职业：否  评价等级：三级",
        ),
    ],
)
def test_lists_that_are_of_no_kind(before: str, page: str):
    assert [kind for kind, _ in kinds(before, page)] == [kinds(before)[0][0], "other"]


def test_a_persons_card_is_numbered():
    card = "专职人员 No.01\n姓名：张样       性别：男\n身份证号：110105194912310038\n职称/等级：助理工程师\n学历：大专"
    cards = (card, card.replace("01", "02", 1))
    assert kinds("# 房屋租赁合同\n第一条 租赁房屋", *cards) == [("lease_contract", [1]), ("staff_roster", [2, 3])]
