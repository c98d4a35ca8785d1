"""The document types on recorded OCR lines."""

from pathlib import Path

import pytest

from extractors.documents import document_types
from extractors.splitting import find_heading
from schemas.document import DocumentKind, Field
from schemas.page import Page

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> Page:
    return Page.model_validate_json((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def read(name: str, kind: DocumentKind) -> dict[str, Field]:
    return document_types()[kind].read([recorded(name)])


def values(fields: dict[str, Field]) -> dict[str, object]:
    return {name: field.value for name, field in fields.items()}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("application_form", DocumentKind.APPLICATION_FORM),
        ("business_licence", DocumentKind.REGISTRATION_CERTIFICATE),
        ("lease_contract", DocumentKind.LEASE_CONTRACT),
        ("property_certificate", DocumentKind.PROPERTY_CERTIFICATE),
        ("audit_report", DocumentKind.AUDIT_REPORT),
        ("staff_roster", DocumentKind.STAFF_ROSTER),
    ],
)
def test_heading_tells_the_kind(name: str, kind: DocumentKind):
    heading = find_heading(recorded(name))
    assert heading is not None
    assert heading.kind == kind


def test_application_form():
    fields = values(read("application_form", DocumentKind.APPLICATION_FORM))
    assert fields["name"] == "样例市晨星职业培训学校有限公司"
    assert fields["address"] == "天津市样例区学府路12号3号楼"
    assert fields["credit_code"] == "91350100M000100Y43"
    assert fields["legal_representative"] == "张样例"
    assert fields["registered_capital"] == 5_000_000
    assert fields["phone"] == "022-12345678"
    assert fields["email"] == "sample@example.com"
    assert fields["occupations"] == [
        {
            "row": 1,
            "name": "中式烹调师",
            "code": "4-03-02-01",
            "is_new": False,
            "started": "2012-06",
            "trained": 9200,
            "levels": [5, 4, 3],
        },
        {
            "row": 2,
            "name": "电工",
            "code": "6-31-01-03",
            "is_new": False,
            "started": "2013-05",
            "trained": 8600,
            "levels": [5, 4, 3],
        },
    ]


def test_every_occupation_has_its_place():
    occupations = read("application_form", DocumentKind.APPLICATION_FORM)["occupations"]
    first, second = occupations.rows
    assert "中式烹调师" in first.text
    assert first.place.box[3] <= second.place.box[1] + 0.01


def test_business_licence():
    fields = values(read("business_licence", DocumentKind.REGISTRATION_CERTIFICATE))
    assert fields["certificate_type"] == "business_licence"
    assert fields["name"] == "样例市晨星职业培训学校有限公司"
    assert fields["credit_code"] == "91350100M000100Y43"
    assert fields["legal_representative"] == "张样例"
    assert fields["registered_capital"] == 5_000_000
    assert (fields["valid_from"], fields["valid_to"]) == ("2010-03-18", "2030-03-17")
    assert fields["issued"] == "2019-11-05"


def test_lease_contract():
    fields = values(read("lease_contract", DocumentKind.LEASE_CONTRACT))
    assert fields["lessor"] == "样例市宏远物业管理有限公司"
    assert fields["lessee"] == "样例市晨星职业培训学校有限公司"
    assert fields["address"] == "天津市样例区学府路12号3号楼"
    assert fields["floor_area"] == 1200.5
    assert (fields["lease_start"], fields["lease_end"], fields["lease_months"]) == ("2020-03-01", "2025-02-28", 60)
    assert fields["annual_rent"] == 360_000
    assert fields["signed"] == "2020-02-25"


def test_property_certificate():
    fields = values(read("property_certificate", DocumentKind.PROPERTY_CERTIFICATE))
    assert fields["owner"] == "样例市宏远物业管理有限公司"
    assert fields["certificate_number"] == "津（2018）样例区不动产权第0012345号"
    # The building's area, not the 8,000 m² of land beside it.
    assert fields["floor_area"] == 1200.5


def test_audit_report():
    fields = values(read("audit_report", DocumentKind.AUDIT_REPORT))
    assert fields["audit_firm"] == "样例会计师事务所（普通合伙）"
    assert fields["auditee"] == "样例市晨星职业培训学校有限公司"
    assert fields["fiscal_year"] == 2021
    assert fields["opinion"] == "unqualified"
    assert fields["signed"] == "2022-03-28"


def test_staff_roster():
    fields = read("staff_roster", DocumentKind.STAFF_ROSTER)
    assert fields["role"].value == "full_time"
    people = fields["people"].value
    assert isinstance(people, list)
    assert len(people) == len(fields["people"].rows) == 6
    assert people[0] == {
        "name": "赵样",
        "id_number": "11010519491231002X",
        "employer": None,
        "title": "讲师",
        "education": "本科",
        "occupation": "考务管理",
    }


def test_evidence_lies_on_the_value():
    page = recorded("lease_contract")
    area = read("lease_contract", DocumentKind.LEASE_CONTRACT)["floor_area"]
    assert area.text == "1200.5平方米"
    assert area.box is not None
    line = next(line for line in page.lines if "1200.5" in line.text)
    assert line.box[0] < area.box[0] < area.box[2] <= line.box[2]
    assert area.box[2] - area.box[0] < 0.5 * (line.box[2] - line.box[0])
