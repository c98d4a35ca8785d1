"""Small builders of dossiers as plain data, for the tests of the rules."""

from datetime import date
from typing import Any

from schemas.document import Document, DocumentKind, Field, FieldRow, PageReference, Place
from schemas.dossier import Dossier, Envelope, File, FileStatus
from schemas.page import Line, Page, Seal, SealReading

APPLICANT = "样例市启明职业培训学校"
OWNER = "样例市宏远物业管理有限公司"
CREDIT_CODE = "91350100M000100Y43"
RECEIVED = date(2022, 7, 18)


def field(value: Any, *, confidence: float = 0.99, text: str | None = "…", rows: int = 0) -> Field:
    boxes = [(0.1, 0.1 + n / 50, 0.9, 0.12 + n / 50) for n in range(rows)]
    places = [FieldRow(place=Place(file="p.pdf", page=1, box=box), text="…", confidence=confidence) for box in boxes]
    return Field(
        value=value, text=text, confidence=confidence, file="p.pdf", page=1, box=(0.1, 0.1, 0.3, 0.12), rows=places
    )


def document(kind: str, page: int, /, seals: int = 0, confidence: float = 0.99, **values: Any) -> Document:
    """A document of one page, on which every value was read at 0.99; a value may be a ready Field."""
    fields = {
        name: value
        if isinstance(value, Field)
        else field(value, rows=len(value) if isinstance(value, list) and value and isinstance(value[0], dict) else 0)
        for name, value in values.items()
    }
    return Document(
        id=f"d{page}",
        kind=DocumentKind(kind),
        confidence=confidence,
        pages=[PageReference(file="p.pdf", page=page)],
        fields=fields,
        seals=[Seal(text=APPLICANT, confidence=0.95, file="p.pdf", page=page, box=(0.5, 0.5, 0.7, 0.6))] * seals,
    )


def occupation(
    row: int, name: str | None, code: str | None, trained: int = 9000, started: str = "2010-05"
) -> dict[str, Any]:
    entry: dict[str, Any] = {"row": row, "name": name, "code": code, "is_new": False, "levels": [5, 4, 3]}
    return {**entry, "started": started, "trained": trained}


def person(name: str, id_number: str | None) -> dict[str, Any]:
    blank = dict.fromkeys(("employer", "title", "education", "occupation"))
    return {"name": name, "id_number": id_number, **blank}


# Numbers with a check character that holds and a region that does not exist.
ID_NUMBERS = (
    "000101199001010001",
    "00010119900101001X",
    "000101199001010028",
    "000101199001010036",
    "000101199001010044",
)


def form(page: int = 1, seals: int = 1, **changes: Any) -> Document:
    values: dict[str, Any] = {
        "name": APPLICANT,
        "address": "样例市样例区学府路12号3号楼",
        "registration_authority": "样例市民政局",
        "organisation_type": "民办非企业单位",
        "credit_code": CREDIT_CODE,
        "legal_representative": "张样例",
        "registered_capital": 500000,
        "contact": "李样例",
        "position": "主任",
        "phone": "022-23456789",
        "email": "a@example.com",
        "occupations": [occupation(1, "中式烹调师", "4-03-02-01"), occupation(2, "电工", "6-31-01-03")],
    }
    return document("application_form", page, seals=seals, **{**values, **changes})


def certificate(page: int = 2, **changes: Any) -> Document:
    values: dict[str, Any] = {
        "certificate_type": "private_nonenterprise",
        "name": APPLICANT,
        "credit_code": CREDIT_CODE,
        "legal_representative": "张样例",
        "address": "样例市样例区学府路12号",
        "valid_to": "2025-05-19",
    }
    return document("registration_certificate", page, **{**values, **changes})


def lease(page: int = 3, **changes: Any) -> Document:
    values: dict[str, Any] = {
        "lessor": OWNER,
        "lessee": APPLICANT,
        "address": "学府路12号3号楼",
        "floor_area": 1200.5,
        "lease_start": "2020-03-01",
        "lease_end": "2025-02-28",
        "lease_months": 60,
    }
    return document("lease_contract", page, **{**values, **changes})


def deed(page: int = 4, **changes: Any) -> Document:
    values: dict[str, Any] = {"owner": OWNER, "address": "样例市样例区学府路12号", "floor_area": 2400.0}
    return document("property_certificate", page, **{**values, **changes})


def roster(page: int = 5, count: int = 5, role: str = "full_time", **changes: Any) -> Document:
    people = [person(f"样例{n}", ID_NUMBERS[n % len(ID_NUMBERS)]) for n in range(count)]
    return document("staff_roster", page, **{"role": role, "people": people, **changes})


def audit(page: int = 6, **changes: Any) -> Document:
    values: dict[str, Any] = {"auditee": APPLICANT, "fiscal_year": 2021, "opinion": "unqualified"}
    return document("audit_report", page, **{**values, **changes})


def page_of(number: int, text: str | None = None, **changes: Any) -> Page:
    """A well-read page that is like no other."""
    text = text if text is not None else f"第{number}页" + chr(0x4E00 + number) * 50
    line = Line(text=text, box=(0.1, 0.1, 0.9, 0.12), confidence=0.99, extents=[(0.1, 0.2)] * len(text))
    values: dict[str, Any] = {
        "file": "p.pdf",
        "number": number,
        "width": 1000,
        "height": 1400,
        "source": "ocr",
        "lines": [line],
        "fingerprint": f"{(number * 0x9E3779B97F4A7C15) % 2**64:016x}",
        "colour": True,
    }
    return Page.model_validate({**values, **changes})


def dossier(*documents: Document, programme: str = "jilin-2022", **changes: Any) -> Dossier:
    """A dossier of those documents; every page of them was read well."""
    numbers = sorted({page.page for one in documents for page in one.pages})
    values: dict[str, Any] = {
        "programme": programme,
        "name": "样例",
        "envelope": Envelope(received=RECEIVED, applicant_type="training_institution"),
        "files": [File(path="p.pdf", sha256="0" * 64, pages=len(numbers), status=FileStatus.READ)],
        "pages": [page_of(number) for number in numbers],
        "documents": list(documents),
    }
    return Dossier.model_validate({**values, **changes})


def complete(*extra: Document) -> list[Document]:
    """All that Jilin asks of one who rents, clean."""
    others = ("application_report", "implementation_plan", "management_system")
    return [
        form(),
        certificate(),
        lease(),
        deed(),
        roster(),
        *(roster(6 + number, 3, role) for number, role in enumerate(("expert", "assessor", "supervisor"))),
        *(document(kind, 10 + number) for number, kind in enumerate(others)),
        document("integrity_pledge", 20, seals=1, name=APPLICANT),
        *extra,
    ]


def on_arc(text: str, length: int | None = None) -> SealReading:
    """Return a reading of a seal with room for so many characters, evenly along its arc; □ stands for an unread one."""
    length = length or len(text)
    places = [place for place, character in enumerate(text) if character != "□"]
    return SealReading(
        text="".join(text[place] for place in places),
        centres=[(place + 0.5) / length for place in places],
        scores=[0.97] * len(places),
    )
