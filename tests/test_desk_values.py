"""What a person may type in for a field, and what stands in the report then."""

import pytest
from pydantic import JsonValue

from flows.desk.values import FieldType, Type, fields_of, is_endless, parse
from flows.reports import labels
from schemas.document import DocumentKind

FORM, LEASE = fields_of(DocumentKind.APPLICATION_FORM), fields_of(DocumentKind.LEASE_CONTRACT)
CERTIFICATE = fields_of(DocumentKind.REGISTRATION_CERTIFICATE)
SKILL = fields_of(DocumentKind.SKILL_CERTIFICATE)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (LEASE["lease_end"], "2025年2月28日", "2025-02-28"),
        (LEASE["lease_end"], "2025/2/28", "2025-02-28"),
        (LEASE["lease_end"], "２０２５-０２-２８", "2025-02-28"),
        (LEASE["lease_end"], "长期", None),
        (LEASE["lease_end"], " ", None),
        (LEASE["annual_rent"], "12.5万元", 125000),
        (LEASE["annual_rent"], "420,000.50", 420000.5),
        (LEASE["floor_area"], "1200.5 平方米", 1200.5),
        (LEASE["lease_months"], "60个月", 60),
        (FORM["name"], "样例 (天津) 职业培训学校", "样例（天津）职业培训学校"),
        (FORM["credit_code"], "91350100 m000100y43", "91350100M000100Y43"),
        (CERTIFICATE["certificate_type"], "营业执照", "business_licence"),
        (CERTIFICATE["certificate_type"], "business_licence", "business_licence"),
        (CERTIFICATE["business_scope"], "培训；咨询，服务", "培训；咨询，服务"),
        (SKILL["level"], "三级", 3),
        (SKILL["level"], 3, 3),
    ],
)
def test_what_people_write_is_understood(field: FieldType, typed: JsonValue, value: JsonValue) -> None:
    assert parse(field, typed) == value
    # And what stands in a report stands for itself.
    assert parse(field, value) == value


def test_a_list_is_typed_in_by_rows() -> None:
    rows: list[JsonValue] = [
        {"name": "中式烹调师", "code": "4-03-02-01", "is_new": "否", "started": "2010年5月", "trained": "9,000人"},
        {"name": " ", "code": None},
        {"row": 7, "name": "电工", "levels": "三级、五级，四级"},
    ]
    blank = {"code": None, "is_new": None, "started": None, "trained": None}
    assert parse(FORM["occupations"], rows) == [
        {
            "row": 1,
            "name": "中式烹调师",
            "code": "4-03-02-01",
            "is_new": False,
            "started": "2010-05",
            "trained": 9000,
            "levels": [],
        },
        {"row": 7, "name": "电工", **blank, "levels": [5, 4, 3]},
    ]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (LEASE["lease_end"], "2025-02-30", "租赁止日：“2025-02-30”不是日期"),
        (LEASE["lease_months"], "6.5", "不是整数"),
        (LEASE["floor_area"], "-3", "不是数字"),
        (LEASE["floor_area"], True, "不是数字"),
        (FORM["credit_code"], "九一三五", "应只有数字和字母"),
        (FORM["name"], 5, "应为文字"),
        (FORM["occupations"], "电工", "应为若干行"),
        (FORM["occupations"], [{"salary": 1}], "第 1 行的列应为"),
        (FORM["occupations"], [{"name": "电工", "levels": ["六级"]}], "第 1 行等级.*六级|第 1 行申报等级.*六级"),
        (SKILL["level"], "高级", "不是等级"),
    ],
)
def test_what_is_none_of_its_type_is_said_to_be(field: FieldType, typed: JsonValue, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse(field, typed)


def test_every_field_has_a_label_and_every_choice_a_name() -> None:
    for kind in DocumentKind:
        for field in fields_of(kind).values():
            for one in (field, *field.columns):
                assert one.label == labels.FIELDS[one.name]
                assert bool(one.choices) == (one.type in (Type.CHOICE, Type.LEVEL))
            assert bool(field.columns) == (field.type is Type.ROWS)


def test_only_words_for_no_end_are_endless() -> None:
    assert is_endless("长 期")
    assert not is_endless("2025-02-28")
    assert not is_endless(None)
