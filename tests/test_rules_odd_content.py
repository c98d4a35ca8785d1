"""Whatever stands in the fields, every rule answers and none raises."""

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import validators
from schemas.document import Document, Field
from schemas.dossier import ApplicantType, Dossier, Envelope, File, FileStatus
from schemas.finding import Outcome
from tests.dossier_builder import audit, complete, document, dossier
from validators import programmes

ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", " ", "长期", "0001-01-01", "9999-12-31", "2022-13-45", "4-03-02-01", "9" * 18, "（）", "、"])
    | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["row", "name", "code", "started", "trained", "levels", "id_number"]), inner, max_size=5
        )
    ),
    max_leaves=6,
)  # fmt: skip
ODD_FIELD = st.builds(
    Field,
    value=ODD,
    text=st.none() | st.text(max_size=6),
    confidence=st.floats(0, 1),
    file=st.none() | st.just("p.pdf"),
    page=st.none() | st.just(1),
)
DAYS = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))


def papers() -> list[Document]:
    return complete(audit(30), document("school_permit", 31, name="样例", valid_to="2025-01-01"))


@pytest.mark.parametrize("programme", programmes.known())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), received=DAYS, kind=st.none() | st.sampled_from(ApplicantType))
def test_any_content(programme: str, data: st.DataObject, received: date | None, kind: ApplicantType | None):
    documents = papers()
    for one in documents:
        for name in one.fields:
            if data.draw(st.booleans()):
                one.fields[name] = data.draw(ODD_FIELD)
    checked = dossier(*documents, programme=programme, envelope=Envelope(received=received, applicant_type=kind))
    before = copy.deepcopy(checked)
    loaded = programmes.load(programme)
    findings = validators.check(checked, loaded)
    assert {finding.rule for finding in findings} == {use.rule for use in loaded.rules}
    assert checked == before
    for finding in findings:
        assert finding.message
        assert finding.basis
        assert 0 <= finding.confidence <= 1
        if finding.outcome in {Outcome.PASS, Outcome.FAIL}:
            assert finding.confidence >= 0.8


@pytest.mark.parametrize("programme", programmes.known())
@pytest.mark.parametrize(
    "changes",
    [
        {"pages": []},
        {"documents": []},
        {"files": []},
        {"files": [File(path="p.pdf", sha256="0", pages=0, status=FileStatus.QUARANTINED)]},
        {"documents": [Document(id="d1", kind=one.kind, confidence=1, pages=[]) for one in papers()]},
    ],
)
def test_any_dossier(programme: str, changes: dict[str, Any]):
    checked = Dossier.model_validate({**dict(dossier(*complete(), programme=programme)), **changes})
    findings = validators.check(checked, programmes.load(programme))
    assert {finding.rule for finding in findings} == {use.rule for use in programmes.load(programme).rules}
