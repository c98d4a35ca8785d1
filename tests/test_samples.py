import json
from pathlib import Path

import pytest

from extractors.values.codes import credit_code_holds
from schemas.document import DocumentKind
from validators.programmes import known

SAMPLES = Path(__file__).parents[1] / "samples"
DOSSIERS = sorted(path.relative_to(SAMPLES / "packets") for path in (SAMPLES / "packets").glob("*/*"))
TRUTHS = {
    path.relative_to(SAMPLES / "truth").with_suffix(""): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((SAMPLES / "truth").glob("*/*.json"))
}


def test_every_packet_has_its_truth():
    assert len(DOSSIERS) >= 8
    assert sorted(TRUTHS) == DOSSIERS


def test_every_programme_has_packets_clean_ones_and_faulty_ones():
    assert {dossier.parts[0] for dossier in DOSSIERS} == set(known())
    assert {truth["clean"] for truth in TRUTHS.values()} == {True, False}


def test_every_container_is_there():
    suffixes = {path.suffix for path in (SAMPLES / "packets").rglob("*") if path.is_file()}
    assert suffixes == {".pdf", ".jpg", ".tif", ".zip", ".toml"}


def test_the_set_is_small():
    assert sum(path.stat().st_size for path in (SAMPLES / "packets").rglob("*") if path.is_file()) < 25_000_000


@pytest.mark.parametrize("dossier", DOSSIERS, ids=str)
def test_truth_names_files_that_are_there(dossier: Path):
    truth = TRUTHS[dossier]
    assert truth["clean"] is not bool(truth["planted"])
    for document in truth["documents"]:
        assert document["kind"] in set(DocumentKind)
        for page in document["pages"]:
            # A member of an archive is named behind it.
            assert (SAMPLES / "packets" / dossier / page["file"].split("/")[0]).is_file()


@pytest.mark.parametrize("dossier", [dossier for dossier, truth in TRUTHS.items() if truth["clean"]], ids=str)
def test_clean_packets_are_of_one_piece(dossier: Path):
    documents = TRUTHS[dossier]["documents"]
    fields = {document["kind"]: document["fields"] for document in documents}
    form, certificate = fields["application_form"], fields["registration_certificate"]
    assert credit_code_holds(form["credit_code"])
    for name in ("credit_code", "name", "legal_representative", "address"):
        # The form of enterprises asks for no legal representative.
        assert form[name] in {certificate[name], None}
