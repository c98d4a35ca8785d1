"""The committed sample packets, from scanned pixels to the report, through the real models."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.verify import verify_dossier
from flows.workers import Workers
from schemas.document import Document
from schemas.finding import Outcome
from schemas.report import Report
from schemas.settings import Limits

SAMPLES = Path(__file__).parent.parent / "samples"
TRUTHS = sorted((SAMPLES / "truth").glob("*/*.json"))

# What the decisions hang on must be read exactly.
EXACT = {
    "application_form": ("name", "credit_code", "legal_representative"),
    "registration_certificate": ("name", "credit_code", "legal_representative", "certificate_type"),
    "lease_contract": ("lessor", "lessee", "floor_area", "lease_start", "lease_end", "lease_months"),
    "property_certificate": ("owner", "floor_area"),
    "audit_report": ("auditee", "fiscal_year", "opinion"),
}


@pytest.fixture(scope="module", params=TRUTHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def verified(
    request: pytest.FixtureRequest, workers: Workers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, Any], Report]]:
    path: Path = request.param
    programme, name = path.parent.name, path.stem
    report, _ = verify_dossier(
        SAMPLES / "packets" / programme / name,
        programme=programme,
        name=name,
        workers=workers,
        limits=Limits(),
        work=tmp_path_factory.mktemp("work"),
    )
    yield json.loads(path.read_text(encoding="utf-8")), report


def document_at(report: Report, page: dict[str, Any]) -> Document | None:
    for document in report.documents:
        if any((one.file, one.page) == (page["file"], page["page"]) for one in document.pages):
            return document
    return None


def test_there_are_enough_packets():
    assert len(TRUTHS) >= 8


def test_every_page_has_its_kind(verified: tuple[dict[str, Any], Report]):
    truth, report = verified
    wrong = [
        (page, document["kind"], found.kind if found else None)
        for document in truth["documents"]
        for page in document["pages"]
        if (found := document_at(report, page)) is None or found.kind != document["kind"]
    ]
    assert wrong == []


def test_the_deciding_fields_are_exact(verified: tuple[dict[str, Any], Report]):
    truth, report = verified
    wrong: list[tuple[str, str, object, object]] = []
    for wanted in truth["documents"]:
        document = document_at(report, wanted["pages"][0])
        assert document is not None
        for name in EXACT.get(wanted["kind"], ()):
            value = wanted["fields"].get(name)
            if value is None:
                continue
            field = document.fields.get(name)
            if field is None or field.value != value:
                wrong.append((wanted["kind"], name, value, field.value if field else None))
    assert wrong == []


def test_planted_mistakes_are_caught_and_nothing_else_fails(verified: tuple[dict[str, Any], Report]):
    truth, report = verified
    planted = {(one["rule"], one["subject"]): one["outcome"] for one in truth["planted"]}
    found = {(one.rule, one.subject): one.outcome for one in report.findings}
    assert {key: found.get(key) for key in planted} == planted
    # A mistake may break more than one rule; a clean packet breaks none.
    if truth["clean"]:
        assert [one.message for one in report.findings if one.outcome is Outcome.FAIL] == []


def test_every_place_lies_on_its_page(verified: tuple[dict[str, Any], Report]):
    _, report = verified
    for finding in report.findings:
        for evidence in finding.evidence:
            if evidence.box is not None:
                left, top, right, bottom = evidence.box
                assert 0 <= left < right <= 1
                assert 0 <= top < bottom <= 1
