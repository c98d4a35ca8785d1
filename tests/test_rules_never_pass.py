"""What was not read, not read surely, or contradicts itself must not pass: a wrong pass is the worst finding."""

from typing import Any

import pytest

from schemas.document import Document
from schemas.dossier import ApplicantType, Dossier, Envelope, Scope
from schemas.finding import Outcome
from schemas.page import Seal
from tests.dossier_builder import (
    APPLICANT,
    CREDIT_CODE,
    ID_NUMBERS,
    OWNER,
    RECEIVED,
    audit,
    certificate,
    deed,
    document,
    dossier,
    field,
    form,
    lease,
    occupation,
    on_arc,
    page_of,
    person,
    roster,
)
from tests.judging import FAIL, NOT_APPLICABLE, PASS, REVIEW, outcome, outcomes


def seal(text: str | None, confidence: float = 0.95, page: int = 1, top: float = 0.5) -> Seal:
    return Seal(text=text, confidence=confidence, file="p.pdf", page=page, box=(0.5, top, 0.7, top + 0.14))


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

    def test_a_name_under_another_seal_may_be_misread(self):
        own, office = seal("样例市启明职业培调学小", 0.99), seal("样例市自然资源和规划管理局", 0.99, top=0.6)
        office.readings = [on_arc("样例市自然资源和规划管理局")] * 2
        assert self.of(sealed(deed(4), own, office))["property_certificate"] is REVIEW
        apart = office.model_copy(update={"box": (0.5, 0.7, 0.7, 0.84)})
        assert self.of(sealed(deed(4), own, apart))["property_certificate"] is FAIL
        other = seal("样例市自然资源和规划管理局", 0.99)
        other.readings = office.readings
        assert self.of(sealed(deed(4), other, office))["property_certificate"] is FAIL

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


class TestStaff:
    def count(self, *people: dict[str, Any], confidence: float = 0.99) -> Outcome:
        listed = roster(people=[person(f"样例{n}", number) for n, number in enumerate(ID_NUMBERS[:4])] + list(people))
        for row in listed.fields["people"].rows:
            row.confidence = confidence
        return outcome(dossier(listed), "staff.too_few")

    def test_one_person_misread_is_not_two(self):
        twin = ID_NUMBERS[0][:-1] + "7"
        assert self.count(person("样例0", twin), confidence=0.9) is REVIEW

    def test_names_alone_that_differ_are_two_unless_misread(self):
        people = [person(name, None) for name in ("张伟", "张磊", "张敏", "张芳", "张静")]
        assert outcome(dossier(roster(people=people)), "staff.too_few") is PASS
        listed = roster(people=people)
        for row in listed.fields["people"].rows:
            row.confidence = 0.9
        assert outcome(dossier(listed), "staff.too_few") is REVIEW

    def test_a_list_that_was_not_read_leaves_the_others_numbers_open(self):
        unread = roster(7, role="expert", people=field(None))
        found = outcomes(dossier(roster(), unread), "staff.id_number_invalid")
        assert found == {None: REVIEW}


class TestNames:
    def of(self, *documents: Document, rule: str = "name.mismatch") -> dict[str | None, Outcome]:
        return outcomes(dossier(form(), certificate(), *documents), rule)

    def test_one_of_two_leases_names_nobody(self):
        assert self.of(lease(3), lease(30))["lease_contract"] is PASS
        assert self.of(lease(3), lease(30, lessee=field(None)))["lease_contract"] is REVIEW

    @pytest.mark.parametrize("kind", ["credit_report", "financial_statements", "school_permit"])
    def test_a_paper_whose_name_was_not_read_does_not_stay_silent(self, kind: str):
        assert self.of(document(kind, 20))[kind] is REVIEW

    def test_a_word_for_a_name_on_a_lease_that_names_the_applicant_is_no_other_party(self):
        one = dossier(form(), lease(3, lessee="入金"))
        assert outcomes(one, "name.mismatch")["lease_contract"] is FAIL
        one.pages = [page for page in one.pages if page.number != 3] + [page_of(3, f"承租单位：{APPLICANT}")]
        assert outcomes(one, "name.mismatch")["lease_contract"] is REVIEW
        one = dossier(form(), lease(3, lessee="样例市东方美容学校"), pages=one.pages)
        assert outcomes(one, "name.mismatch")["lease_contract"] is FAIL

    def test_one_of_two_deeds_has_no_address(self):
        rule = "address.mismatch"
        assert self.of(deed(4), deed(40), rule=rule)["property_certificate"] is PASS
        assert self.of(deed(4), deed(40, address=field(None)), rule=rule)["property_certificate"] is REVIEW


class TestRows:
    @pytest.mark.parametrize(
        "rule",
        ["occupation.not_in_catalogue", "occupation.code_mismatch", "occupation.level_not_allowed"],
    )
    def test_a_row_whose_number_is_missing_among_the_others_is_not_silent(self, rule: str):
        rows = [occupation(1, "中式烹调师", "4-03-02-01"), occupation(3, "电工", "6-31-01-03")]
        assert outcomes(region(form(occupations=rows)), rule) == {"1": PASS, "2": REVIEW, "3": PASS}

    def test_an_unread_row_may_be_one_of_the_others_again(self):
        rows = [occupation(1, "中式烹调师", "4-03-02-01"), occupation(3, "电工", "6-31-01-03")]
        assert outcomes(region(form(occupations=rows)), "occupation.duplicate") == {None: REVIEW}


class TestCreditCodes:
    def test_two_forms_one_of_which_is_surely_wrong(self):
        wrong = CREDIT_CODE[:-1] + "4"
        found = outcomes(dossier(form(1), form(10, credit_code=wrong)), "credit_code.invalid")
        assert found["application_form"] is REVIEW
        misread = field(wrong, confidence=0.9)
        found = outcomes(dossier(form(1), form(10, credit_code=misread)), "credit_code.invalid")
        assert found["application_form"] is PASS


class TestLookAlikes:
    """A seal that may say 祥例 as well as 样例: another, on which 样例 was surely read, tells."""

    def test_alone_it_is_for_a_person(self):
        doubtful = seal("祥例市启明职业培训学校", 0.7)
        doubtful.readings = [on_arc(text) for text in ("祥例市启明职业培训学校",) * 3 + (APPLICANT,)]
        one = sealed(form(), doubtful)
        pledge = document("integrity_pledge", 9)
        assert outcomes(dossier(one, pledge), "seal.name_mismatch") == {"application_form": REVIEW}
        clear = seal(APPLICANT, 0.95, page=9)
        found = outcomes(dossier(one, sealed(pledge, clear)), "seal.name_mismatch")
        assert found == {"application_form": PASS, "integrity_pledge": PASS}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("email", "sample529@example.con", PASS),
        ("email", "sample529mexample.com", PASS),
        ("email", "E-mail（必填）", REVIEW),
        ("phone", "O22-23456789", PASS),
        ("phone", "电话", REVIEW),
        ("contact", "sample529@example.con", REVIEW),
    ],
)
def test_only_what_is_of_the_fields_shape_is_an_entry(name: str, text: str, expected: Outcome):
    one = region(form(**{name: field(None, text=text, confidence=0.3)}))
    assert outcomes(one, "form.field_missing")[name] is expected
