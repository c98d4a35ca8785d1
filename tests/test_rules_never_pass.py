"""What was not read, not read surely, or contradicts itself must not pass: a wrong pass is the worst finding."""

from typing import Any

import pytest

from schemas.document import Document
from schemas.dossier import ApplicantType, Dossier, Envelope, Scope
from schemas.finding import Outcome
from schemas.page import Seal
from tests.dossier_builder import APPLICANT, OWNER, RECEIVED, audit, deed, dossier, field, form, lease, page_of
from tests.judging import FAIL, NOT_APPLICABLE, PASS, REVIEW, outcome, outcomes


def seal(text: str | None, confidence: float = 0.95, page: int = 1) -> Seal:
    return Seal(text=text, confidence=confidence, file="p.pdf", page=page, box=(0.5, 0.5, 0.7, 0.6))


def sealed(one: Document, *seals: Seal) -> Document:
    return one.model_copy(update={"seals": list(seals)})


def region(*documents: Document, **changes: Any) -> Dossier:
    envelope = Envelope(received=RECEIVED, scope=Scope.LEAGUE, applicant_type=ApplicantType.TRAINING_INSTITUTION)
    return dossier(*documents, programme="neimenggu-2020", envelope=envelope, **changes)


class TestSeals:
    def of(self, *documents: Document, **changes: Any) -> dict[str | None, Outcome]:
        return outcomes(region(form(), *documents, **changes), "seal.missing")

    @pytest.mark.parametrize(
        ("seals", "expected"),
        [
            ([seal(APPLICANT)], PASS),
            ([seal(OWNER), seal(APPLICANT)], PASS),
            ([seal(OWNER)], FAIL),
            # It may be the lessor's.
            ([seal(None, 0.95)], REVIEW),
            ([seal("样例市宏还物业", 0.7)], REVIEW),
            ([seal(OWNER), seal(None, 0.95)], REVIEW),
        ],
    )
    def test_a_seal_that_was_not_read_is_not_the_applicants_where_others_seal_as_well(
        self, seals: list[Seal], expected: Outcome
    ):
        assert self.of(sealed(lease(3), *seals))["lease_contract"] is expected

    def test_one_sealed_deed_says_nothing_of_the_other(self):
        found = self.of(sealed(deed(4), seal(APPLICANT)), sealed(deed(5)))
        assert found["property_certificate"] is REVIEW
        found = self.of(sealed(deed(4), seal(APPLICANT)), sealed(deed(5), seal(APPLICANT)))
        assert found["property_certificate"] is PASS

    def test_pages_of_one_scanner_tell_whether_it_sees_colours(self):
        one = region(form(seals=0), sealed(audit(6)))
        place, other = page_of(1, "单位名称（公章）：", colour=False), page_of(6, colour=False)
        one.pages = [place, other]
        assert outcomes(one, "seal.missing")["application_form"] is REVIEW
        other.colour = True
        assert outcomes(one, "seal.missing")["application_form"] is FAIL
        # Another size is another scanner's, or no scan at all.
        other.width += 1
        assert outcomes(one, "seal.missing")["application_form"] is REVIEW


class TestLeases:
    def of(self, rule: str, **changes: Any) -> Outcome:
        return outcome(dossier(form(), lease(3, **changes)), rule)

    def test_a_term_of_which_a_part_was_not_understood(self):
        seen = field(None, text="2O2?年2月28日")
        assert self.of("lease.term_too_short") is PASS
        assert self.of("lease.term_too_short", lease_end=seen) is REVIEW
        assert self.of("lease.term_inconsistent", lease_end=seen) is REVIEW
        assert self.of("lease.term_inconsistent", lease_months=seen) is REVIEW

    def test_an_end_and_a_length_without_the_start_are_two_ways_of_saying_it(self):
        blank = field(None, text=None)
        assert self.of("lease.term_inconsistent", lease_start=blank) is REVIEW
        assert self.of("lease.term_inconsistent", lease_months=blank) is NOT_APPLICABLE
        derived = field("2025-02-28", text=None)
        assert self.of("lease.term_inconsistent", lease_end=derived) is NOT_APPLICABLE
