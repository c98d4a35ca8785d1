"""Leases as model contracts and people lay them out: parties, premises, term and rent in wordings of many kinds."""

import pytest
from typed_pages import typed

from extractors.documents import document_types
from schemas.document import DocumentKind
from schemas.page import Line

LESSOR = "样例市宏远物业管理有限公司"
LESSEE = "样例市晨星职业培训学校"
ADDRESS = "样例市样例区学府路12号3号楼"
PARTIES = f"出租方（甲方）：{LESSOR}\n承租方（乙方）：{LESSEE}"
TERM = {"lease_start": "2020-03-01", "lease_end": "2025-02-28", "lease_months": 60}
WHOLE = {"lessor": LESSOR, "lessee": LESSEE, "address": ADDRESS, "floor_area": 1200.5, **TERM}


def read(text: str) -> dict[str, object]:
    kind = document_types()[DocumentKind.LEASE_CONTRACT]
    return {name: field.value for name, field in kind.read([typed(text)]).items() if field.value is not None}


CONTRACTS = {
    "the model contract of the housing authority": (
        f"""
        # 房屋租赁合同
        出租人（甲方）：{LESSOR}
        证件类型及编号：营业执照 91350100M000100Y43
        通讯地址：样例市样例区人民大街99号
        承租人（乙方）：{LESSEE}
        通讯地址：样例市样例区平安路1号
        第一条 房屋基本情况
        （一）房屋坐落于 {ADDRESS}，建筑面积 1200.50 平方米。
        （二）房屋权属状况：甲方持有房屋所有权证，房屋所有权人：{LESSOR}。
        第三条 租赁期限
        （一）房屋租赁期自 2020 年 3 月 1 日至 2025 年 2 月 28 日，共计 5 年 0 个月。甲方应于 2020 年 2 月 20 日前
        将房屋按约定条件交付给乙方。
        （二）租赁期满，乙方继续承租的，应提前 30 日向甲方提出续租要求。
        （一）租金标准：30000 元/月，各期租金支付日期：2020 年 2 月 25 日，2020 年 5 月 25 日。
        """,
        {**WHOLE, "annual_rent": 360_000},
    ),
    "days without a year of their own": (
        f"""
        # 房屋租赁合同
        甲方：{LESSOR}（以下简称甲方）
        法定代表人：王样例   电话：13800000000
        乙方：{LESSEE}（以下简称乙方）
        第一条 甲方出租的房屋位于{ADDRESS}，房屋建筑面积1200.50平方米，使用面积1000平方米。
        第二条 租赁期限共伍年，甲方从2020年3月1日起将出租房屋交付乙方使用，至2025年2月28日收回。
        第三条 月租金总计为30000元，押金：相当于2个月租金。
        """,
        {**WHOLE, "annual_rent": 360_000},
    ),
    "a table of what the contract is about": (
        f"""
        # 租赁合同要项
        | 出租单位（甲方） | {LESSOR}      |
        | 承租单位（乙方） | {LESSEE}          |
        | 租赁物所在地     | {ADDRESS}     |
        | 租赁物面积       | 1200.50㎡                       |
        | 租期约定         | 60个月，2020/03/01-2025/02/28   |
        | 免租期           | 2个月，2020/03/01-2020/04/30    |
        | 每年租金额       | 360,000元／年                   |
        """,
        {**WHOLE, "annual_rent": 360_000},
    ),
    "numbered items": (
        f"""
        # 厂房（场地）租赁合同书
        1.出租单位（甲方）：{LESSOR}
        2.承租单位（乙方）：{LESSEE}
        3.租赁物所在地：{ADDRESS}
        4.租用面积：1,200.50平方米
        5.租赁时间：伍年，从2020年3月1日起
        6.租金标准：叁拾陆万元整/年
        """,
        {**WHOLE, "annual_rent": 360_000},
    ),
    "natural persons": (
        f"""
        # 租房协议
        出租人王样例（以下简称甲方）与承租人{LESSEE}（以下简称乙方）达成如下协议：
        一、甲方将自有房屋一处租给乙方办学，房屋坐落在{ADDRESS}，面积1200.50平方米。
        二、租期5年（2020年3月1日—2025年2月28日）。
        甲方：王样例
        乙方：{LESSEE}
        2020年2月20日
        """,
        {**WHOLE, "lessor": "王样例", "signed": "2020-02-20"},
    ),
    "parties under their headings": (
        f"""
        # 房屋租赁合同书
        甲方（出租方）
        名称：{LESSOR}
        地址：样例市样例区人民大街99号
        法定代表人：王样例
        乙方（承租方）
        名称：{LESSEE}
        地址：样例市样例区和平街2号
        一、房屋基本情况
        房屋地址：{ADDRESS}
        建筑面积：1200.50平方米
        二、租赁期限：2020.03.01－2025.02.28
        """,
        WHOLE,
    ),
    "two labels for the term": (
        f"""
        # 房屋租赁合同
        出租方（以下简称“甲方”）：
        {LESSOR}
        承租方（以下简称“乙方”）：
        {LESSEE}
        房屋详细地址：{ADDRESS}
        房屋建筑面积：1200.50（平方米）
        租赁起始日期：2020年3月1日
        租赁终止日期：2025年2月28日
        """,
        WHOLE,
    ),
    "parties at the end": (
        f"""
        # 租赁合同
        一、甲方将位于{ADDRESS}的房屋租给乙方用作培训教室，建筑面积1200.50平方米。
        二、租期五年，自二〇二〇年三月一日至二〇二五年二月二十八日。
        出租方（甲方）：{LESSOR}            承租方（乙方）：{LESSEE}
        法定代表人：王样例                    法定代表人：张样例
        签订日期：2020年2月20日
        """,
        {**WHOLE, "signed": "2020-02-20"},
    ),
    "a bracket under the names of which a seal hides the end": (
        f"""
        # 租赁合同
        一、甲方将位于{ADDRESS}的房屋租给乙方用作培训教室，建筑面积1200.50平方米。
        二、租期五年，自二〇二〇年三月一日至二〇二五年二月二十八日。

        甲方                               乙方
        {LESSOR}         {LESSEE}
        （盖章处                           （盖章处）
        """,
        WHOLE,
    ),
    "a contract that follows another": (
        f"""
        # 房屋续租协议
        {PARTIES}
        鉴于双方于2017年3月1日签订的《房屋租赁合同》将于2020年2月29日到期，租期三年，经协商续租如下：
        一、续租房屋坐落：{ADDRESS}，面积1200.50平方米。
        二、续租期限：伍年，自2020年3月1日起至2025年2月28日止。
        """,
        WHOLE,
    ),
    "payments by date": (
        f"""
        # 办公用房租赁合同
        {PARTIES}
        第一条 租赁物业：{ADDRESS}，建筑面积1200.50㎡。
        | 期数 | 租金所属期间              | 付款日期   | 金额（元） |
        | 1    | 2020-03-01至2020-08-31    | 2020-02-25 | 180000     |
        | 2    | 2020-09-01至2021-02-28    | 2020-08-25 | 180000     |
        第三条 本合同租赁期限自2020年3月1日起至2025年2月28日止。
        """,
        WHOLE,
    ),
    "land and building": (
        f"""
        # 厂房租赁合同
        出租方：{LESSOR}（下称甲方）
        承租方：{LESSEE}（下称乙方）
        1.1 甲方将座落于{ADDRESS}（产权证号：样房权证字第0001号）的厂房及场地出租给乙方。
        1.2 厂房占地面积3.5亩，建筑面积为0.12005万平方米。
        2.1 租赁期限为陆拾个月，自甲方交付厂房之日即2020年3月1日起计算。
        2.2 租赁期满前6个月，乙方有意续租的，应书面通知甲方。
        3.1 如有争议，向房屋所在地人民法院提起诉讼。
        """,
        WHOLE,
    ),
}


@pytest.mark.parametrize("name", CONTRACTS)
def test_contract(name: str):
    text, expected = CONTRACTS[name]
    assert read(text) == expected


def test_the_sum_over_several_rooms_is_the_area():
    fields = read(f"""
        # 房屋租赁合同
        {PARTIES}
        1.一层，建筑面积500.5平方米；
        2.二层，建筑面积700平方米；
        以上房屋建筑面积合计1200.5平方米。
    """)
    assert fields["floor_area"] == 1200.5


@pytest.mark.parametrize(
    "clause",
    [
        "甲方地址：样例市样例区人民大街99号",
        "房屋面积及位置图见附件",
        "发生争议的，向租赁物所在地人民法院提起诉讼。",
        "乙方（承租方）名称：样例公司\n地址：样例市样例区和平街2号",
    ],
)
def test_what_is_no_address_of_the_premises(clause: str):
    assert "address" not in read(f"# 房屋租赁合同\n{clause}")


@pytest.mark.parametrize(
    "end", ["第一年租金于2020年2月28日前支付。", "租赁日期自2020年3月1日起至2025年2月28日止。", "2020年3月1日收回"]
)
def test_what_is_no_signing_date(end: str):
    assert ("signed" in read(f"# 房屋租赁合同\n{PARTIES}\n{end}")) is end.endswith("收回")


def test_dates_of_both_parties_beside_each_other():
    assert (
        read("# 租赁合同\n甲方：王样例    乙方：李样例\n签字：       签字：\n2020-02-20  2020-02-20")["signed"]
        == "2020-02-20"
    )


def test_dates_of_both_parties_that_disagree_are_none():
    text = "# 租赁合同\n甲方：王样例    乙方：李样例\n日期：2020年2月20日      签约日期：2020年1月20日"
    assert read(text).get("signed") is None


@pytest.mark.parametrize(
    "more",
    [
        "。期满乙方享有优先续租权，续租期限为三年。",
        "，期满后可续租三年。",
        "。续租的，租期为2年。",
        "。租赁期满后，本合同自动延续一年。",
        "。提前解除合同的，应提前三个月通知，并支付两个月租金作为违约金。",
        "。土地使用期限为50年，自2010年1月1日起至2059年12月31日止。",
        "。甲方已与产权人签订为期10年的租赁合同，至2028年12月31日止。",
        "。前三年租金不变，第四年起递增5%。",
        "。第一年自2020年3月1日至2021年2月28日，租金30万元。",
        "。\n免租期：2020年3月1日至2020年5月31日，共三个月。",
    ],
)
def test_other_terms_are_not_the_lease_s(more: str):
    clause = f"租赁期限自2020年3月1日起至2025年2月28日止{more}"
    fields = read(f"# 房屋租赁合同\n{PARTIES}\n{clause}")
    assert {name: fields[name] for name in TERM} == TERM


def test_a_year_of_the_term_is_not_all_of_it():
    fields = read(
        "# 租赁合同\n租赁期限五年：第一年自2020年3月1日至2021年2月28日，第二年自2021年3月1日至2022年2月28日。"
    )
    assert fields["lease_months"] == 60
    assert "lease_end" not in fields


def test_a_label_in_two_rows_is_no_name():
    fields = read(f"""
        # 房屋租赁合同
        出租方（甲    王样例
          方）
        出租方（甲方）：王样例
        承租方（乙方）：{LESSEE}
    """)
    assert (fields["lessor"], fields["lessee"]) == ("王样例", LESSEE)


def test_what_is_let_is_not_all_of_the_building():
    fields = read(
        """
        # 房屋租赁合同
        | 房屋坐落       | 样例市样例区学府路12号3号楼               |
        | 建筑面积（㎡） | 2,350.00  | 租赁面积（㎡） | 1,180.50     |
        | 租金标准       | 人民币420,000.00元/年（大写：肆拾贰万元整） |
        """
    )
    assert (fields["floor_area"], fields["annual_rent"]) == (1180.5, 420_000)


def test_an_area_whose_unit_was_read_in_part():
    assert read("租赁房屋坐落于样例市新华路482号，租赁建筑面积为3066.22m，以产权证为准。")["floor_area"] == 3066.22
    assert read("| 出租面积 | 1729.00m |")["floor_area"] == 1729.0


def test_rent_by_the_square_metre_is_none_of_a_month():
    text = "单位租金按房屋面积每平方米每月人民币30.00元（大写：叁拾元）计算"
    assert "annual_rent" not in read(text)
    assert read(f"{text}，月租金总额为人民币45024.00元。")["annual_rent"] == 540_288
    assert "annual_rent" not in read("物业费每年12000元，卫生费300元/年")


@pytest.mark.parametrize(
    "said",
    [
        "甲方将位于样例市学府路12号综合楼一至三层房产（建筑面积1,865.20㎡）出租给乙方办学使用。",
        "甲方将坐落在样例市学府路12号综合楼一至三层的商业用房（共计1460平方米）租赁给乙方。",
        "甲方出租的房屋坐落在样例市学府路【12】号【综合楼一至三层】（以下简称该房屋）。",
    ],
)
def test_premises_in_a_sentence(said: str):
    assert read(said)["address"] == "样例市学府路12号综合楼一至三层"


@pytest.mark.parametrize(
    ("term", "end"), [("六年，即2020/9/3—2026/9/2", "2026-09-02"), ("72个月，具体为2020.9.3—2026.9.2", "2026-09-02")]
)
def test_the_number_of_the_next_item_is_no_figure_of_a_date(term: str, end: str):
    fields = read(f"""
        1. 出租单位（甲方）：样例物业公司
        3. 租赁物所在地：   样例市平安路8号
        5. 租期约定：       {term}
        6. 租金标准：       408,000.00元／年
        7. 租赁物用途：     职业培训
    """)
    assert (fields["lease_start"], fields["lease_end"], fields["lease_months"]) == ("2020-09-03", end, 72)


@pytest.mark.parametrize("what", ["holes", "heights"])
def test_an_address_that_goes_on_in_the_next_row(what: str):
    page = typed(
        """
        # 房屋租赁协议书
        一、甲方同意将其拥有合法处分权的、座落在样例省样例自治州样
        例市样例区学府路807号8号楼的房屋（含院落）出租给乙方使用，
        建筑面积共计1373.78平方米。
        """
    )
    if what == "holes":
        # Punched holes are read as a character beside the text.
        for left, top in ((0.9, 0.03), (0.03, 0.3)):
            hole = Line(
                text="三", box=(left, top, left + 0.02, top + 0.017), confidence=0.8, extents=[(left, left + 0.02)]
            )
            page.lines.append(hole)
    else:
        left, top, right, bottom = page.lines[1].box
        page.lines[1].box = (left, top - 0.002, right, bottom + 0.003)
    read = document_types()[DocumentKind.LEASE_CONTRACT].read([page])
    assert read["address"].value == "样例省样例自治州样例市样例区学府路807号8号楼"


@pytest.mark.parametrize(("lessor", "value"), [("有限公", "有限公司"), ("（集团）有限", None), ("有限责任", None)])
def test_a_company_whose_name_is_cut_off(lessor: str, value: str | None):
    text = f"""
    # 房屋租赁合同
    出租方：样例市宏远物业管理{lessor}
    承租方：样例市晨星职业培训学校
    """
    name = None if value is None else f"样例市宏远物业管理{value}"
    assert read(text).get("lessor") == name


def test_parties_in_the_sentence_that_names_them():
    text = f"""
    # 房屋租赁协议
    本协议由{LESSOR}（以下称甲方，为出租
    人）与{LESSEE}（以下简称“乙方”，为承租人）于二〇一八年七月二十六日签订。
    """
    values = read(text)
    assert (values["lessor"], values["lessee"]) == (LESSOR, LESSEE)
