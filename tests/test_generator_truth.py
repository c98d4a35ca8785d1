"""Papers as they were written, read without a fault, under the rules: the generator's truth is what the rules say."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from dossier_builder import document, dossier, field
from judging import FAIL, REVIEW, check

from samples.generator import mistakes, notices, organisation, papers
from schemas.document import Document
from schemas.dossier import Dossier, Envelope
from schemas.finding import Outcome
from schemas.page import Seal

# What these say hangs on files, and on where on the paper a blank was left, not on fields.
ON_PAPER = {mistakes.DUPLICATE, mistakes.UNREADABLE, "form.field_missing", "seal.missing"}
CASES = [
    (programme, rule) for programme in notices.PROGRAMMES for rule in mistakes.rules(programme) if rule not in ON_PAPER
]


def as_document(one: organisation.Organisation, paper: papers.Paper, page: int) -> Document:
    values: dict[str, Any] = {name: value for name, value in paper.fields.items() if value not in (None, [])}
    if "valid_to" in paper.fields and paper.fields["valid_to"] is None:
        values["valid_to"] = field(None, text="长期")
    read = document(paper.kind, page, **values)
    if paper.kind in {"application_form", "integrity_pledge", *papers.SEALED_COPIES}:
        name = paper.style.get("seal", one.name)
        seal = Seal(text=name, confidence=0.99, file="p.pdf", page=page, box=(0.5, 0.5, 0.7, 0.6))
        read.seals = [seal] if name else []
    return read


def as_dossier(one: organisation.Organisation, written: list[papers.Paper]) -> Dossier:
    documents = [as_document(one, paper, page) for page, paper in enumerate(written, 1)]
    for people in (paper.style["staff"] for paper in written if "staff" in paper.style):
        for role, listed in people.items():
            documents.append(document("staff_roster", len(documents) + 1, role=role, people=listed))
    envelope = Envelope.model_validate(
        {"received": one.received, "applicant_type": one.applicant_type, "scope": one.scope}
    )
    return dossier(*documents, programme=one.programme, envelope=envelope)


@pytest.mark.parametrize("programme", notices.PROGRAMMES)
def test_clean_papers_give_nothing_to_return(programme: str):
    left_open: Counter[str] = Counter()
    for seed in range(30):
        random = Random(f"clean/{seed}")
        one = organisation.invent(random, programme)
        findings = check(as_dossier(one, papers.write(random, one)))
        assert [(one.edges, finding) for finding in findings if finding.outcome == FAIL] == []
        left_open.update({finding.rule for finding in findings if finding.outcome == REVIEW})
    assert {rule: count for rule, count in left_open.items() if rule not in ON_PAPER} == {}


@pytest.mark.parametrize(("programme", "rule"), CASES)
def test_planted_mistakes_are_what_the_rules_say(programme: str, rule: str):
    made = 0
    for seed in range(12):
        random = Random(f"{rule}/{seed}")
        one = organisation.invent(random, programme, outside_window=rule == mistakes.WINDOW)
        written = papers.write(random, one)
        try:
            planted = mistakes.plant(random, one, written, [rule])
        except mistakes.Unfit:
            continue
        made += 1
        found = {(finding.rule, finding.subject): finding.outcome for finding in check(as_dossier(one, written))}
        for finding in planted:
            assert found.get((finding.rule, finding.subject)) == Outcome(finding.outcome), (finding, found)
        fails = {key[0] for key, outcome in found.items() if outcome == FAIL}
        assert fails <= {finding.rule for finding in planted} | ON_PAPER
    assert made
