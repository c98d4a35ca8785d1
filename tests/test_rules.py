"""Every rule: a dossier that passes, one that fails, one that leaves it open."""

from datetime import date
from typing import Any

import pytest
from stdnum.cn import uscc

import validators
from schemas.document import Document
from schemas.dossier import ApplicantType, Dossier, Envelope, File, FileStatus
from schemas.finding import Outcome
from schemas.page import Line
from schemas.report import Verdict
from tests.dossier_builder import (
    APPLICANT,
    ID_NUMBERS,
    OWNER,
    audit,
    certificate,
    complete,
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
from tests.judging import FAIL, NOT_APPLICABLE, PASS, REVIEW, check, outcome, outcomes
from validators import programmes


def test_a_clean_dossier_is_accepted():
    findings = check(dossier(*complete()))
    assert [finding.message for finding in findings if finding.outcome in {FAIL, REVIEW}] == []
    assert validators.verdict(findings) is Verdict.ACCEPT


@pytest.mark.parametrize("programme", programmes.known())
def test_every_rule_answers_for_an_empty_dossier(programme: str):
    findings = check(Dossier(programme=programme, name="样例"))
    assert {finding.rule for finding in findings} == {use.rule for use in programmes.load(programme).rules}
    assert PASS not in {finding.outcome for finding in findings}


@pytest.mark.parametrize("programme", programmes.known())
def test_every_finding_cites_a_clause(programme: str):
    one = programmes.load(programme)
    numbers = [one.document_number, *([programmes.load(one.extends).document_number] if one.extends else [])]
    for finding in check(dossier(*complete(), programme=programme)):
        assert finding.basis.startswith(tuple(numbers))


def test_a_finding_on_paper_shows_its_place():
    for finding in check(dossier(*complete())):
        if finding.outcome is PASS:
            assert finding.evidence
            assert all(one.file for one in finding.evidence)


def test_unsure_evidence_never_passes_or_fails():
    unsure = [one.model_copy(update={"confidence": 0.5}) for one in complete()]
    for finding in check(dossier(*unsure)):
        if finding.outcome in {PASS, FAIL}:
            assert finding.confidence >= 0.8
            assert all(one.document is None for one in finding.evidence), finding.rule


class TestFiles:
    def test_quarantined_file(self):
        bad = File(path="b.pdf", sha256="0" * 64, pages=0, status=FileStatus.QUARANTINED, reason="文件是空的")
        assert outcomes(dossier(*complete(), files=[bad]), "file.unreadable") == {"b.pdf": FAIL}

    def test_same_page_twice(self):
        one = dossier(*complete())
        first = one.pages[0]
        one.pages.append(first.model_copy(update={"file": "q.pdf", "number": 7}))
        assert outcomes(one, "file.duplicate_page") == {"q.pdf#7": FAIL}

    def test_pages_that_differ_in_their_figures_are_two(self):
        one = dossier(*complete())
        text = "证书编号一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥样例样例"
        one.pages.append(page_of(30, f"{text}110101199001011234", fingerprint="0" * 16))
        one.pages.append(page_of(31, f"{text}220202198502025678", fingerprint="0" * 16))
        assert outcomes(one, "file.duplicate_page") == {None: PASS}


class TestMaterials:
    def test_missing_in_a_packet_read_whole(self):
        documents = [one for one in complete() if one.kind != "integrity_pledge"]
        assert outcomes(dossier(*documents), "material.missing")["integrity_pledge"] is FAIL

    @pytest.mark.parametrize(("text", "expected"), [("我单位郑重承诺如下", REVIEW), ("申报材料目录", FAIL)])
    def test_a_page_without_a_kind_leaves_open_what_it_may_be(self, text: str, expected: Outcome):
        one = dossier(*(one for one in complete(document("other", 40)) if one.kind != "integrity_pledge"))
        one.pages[-1] = page_of(40, text)
        assert outcomes(one, "material.missing")["integrity_pledge"] is expected

    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            (["目录", "1. 备案申请表……", "3", "2. 诚信承诺书…"], FAIL),
            (["目录", "1. 备案申请表……", "3", "诚信承诺书"], REVIEW),
            (["目录", "1. 本单位承诺，所报材料真实。"], REVIEW),
            (["目录", ("1.", "备案申请表", "3"), ("诚信承诺书", "5")], FAIL),
            (["目录", ("诚信承诺书", "样例学校")], REVIEW),
        ],
    )
    def test_a_table_of_contents_is_none_of_the_papers_it_names(
        self, texts: list[str | tuple[str, ...]], expected: Outcome
    ):
        one = dossier(*(one for one in complete(document("other", 40)) if one.kind != "integrity_pledge"))
        lines = [
            Line(text=text, box=(left, 0.1 * place, left + 0.15, 0.1 * place + 0.02), confidence=0.99, extents=[])
            for place, row in enumerate(texts, start=1)
            for left, text in zip((0.1, 0.3, 0.5), (row,) if isinstance(row, str) else row, strict=False)
        ]
        one.pages[-1] = page_of(40, lines=lines)
        assert outcomes(one, "material.missing")["integrity_pledge"] is expected

    def test_a_quarantined_file_leaves_it_open(self):
        documents = [one for one in complete() if one.kind != "integrity_pledge"]
        bad = File(path="b.pdf", sha256="0" * 64, pages=0, status=FileStatus.QUARANTINED, reason="加密")
        assert outcomes(dossier(*documents, files=[bad]), "material.missing")["integrity_pledge"] is REVIEW

    def test_owned_premises_need_no_lease(self):
        documents = [one for one in complete() if one.kind != "lease_contract"]
        documents[2] = deed(owner="样例市启明职业培训学校")
        found = outcomes(dossier(*documents), "material.missing")
        assert found["lease_contract"] is NOT_APPLICABLE
        assert outcome(dossier(*documents), "lease.term_too_short") is NOT_APPLICABLE

    def test_trainees_only_of_those_who_must_show_scale(self):
        school = Envelope(received=date(2021, 6, 1), applicant_type=ApplicantType.SCHOOL)
        one = dossier(form(organisation_type="技工院校"), programme="tianjin-2020", envelope=school)
        assert outcomes(one, "material.missing")["trainee_roster"] is NOT_APPLICABLE


class TestForm:
    def test_blank(self):
        blank = field(None, text=None)
        found = outcomes(dossier(form(legal_representative=blank)), "form.field_missing")
        assert found["legal_representative"] is FAIL
        assert found["name"] is PASS

    def test_not_understood(self):
        unread = field(None, text="张?")
        assert outcomes(dossier(form(name=unread)), "form.field_missing")["name"] is REVIEW

    def test_label_not_found(self):
        one = form()
        del one.fields["address"]
        assert outcomes(dossier(one), "form.field_missing")["address"] is REVIEW

    def test_a_field_that_is_asked_only_where_the_form_has_it(self):
        one = form(phone=field(None, text=None), contact=field(None, text="?"))
        del one.fields["email"]
        found = outcomes(dossier(one), "form.field_missing")
        assert (found["phone"], found["contact"], found["email"]) == (FAIL, REVIEW, NOT_APPLICABLE)
        # Tianjin prints its form.
        assert outcomes(dossier(one, programme="tianjin-2020"), "form.field_missing")["email"] is REVIEW


class TestCreditCode:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("91350100M000100Y43", PASS),
            ("91350100M000100Y44", FAIL),
            ("91350100M000100Y4", FAIL),
            ("A1350100M000100Y4K", FAIL),
        ],
    )
    def test_invalid(self, code: str, expected: Outcome):
        found = outcomes(dossier(form(credit_code=code)), "credit_code.invalid")
        assert found["application_form"] is expected

    def test_first_letters_that_the_standard_allows(self):
        # GB 32100-2015 has A (国防), N (农业) and Y (其他) beside the digits.
        body = "N235010000000000X"
        code = body + uscc.calc_check_digit(body)
        assert outcomes(dossier(form(credit_code=code)), "credit_code.invalid")["application_form"] is PASS

    def test_mismatch(self):
        assert outcome(dossier(form(), certificate()), "credit_code.mismatch") is PASS
        another = certificate(credit_code="52350100MJ00100Y41")
        assert outcome(dossier(form(), another), "credit_code.mismatch") is FAIL
        assert outcome(dossier(form()), "credit_code.mismatch") is REVIEW
        doubtful = certificate(credit_code=field("91350100M000100Y44", confidence=0.9))
        assert outcome(dossier(form(), doubtful), "credit_code.mismatch") is REVIEW


class TestIdentity:
    def test_names(self):
        one = dossier(form(), certificate(), lease(lessee="样例市东方美容学校"), audit(), programme="tianjin-2020")
        found = outcomes(one, "name.mismatch")
        assert found == {"registration_certificate": PASS, "lease_contract": FAIL, "audit_report": PASS}

    def test_a_name_one_character_off_and_read_unsurely_is_left_open(self):
        near = field("样例市启朋职业培训学校", confidence=0.9)
        assert outcomes(dossier(form(), certificate(name=near)), "name.mismatch")["registration_certificate"] is REVIEW

    def test_brackets_and_spaces_do_not_matter(self):
        one = dossier(form(name="样例（天津）学校"), certificate(name="样例(天津) 学校"))
        assert outcomes(one, "name.mismatch")["registration_certificate"] is PASS

    @pytest.mark.parametrize(
        ("person", "confidence", "expected"),
        [("张样例", 0.99, PASS), ("王样列", 0.99, FAIL), ("张祥例", 0.9, REVIEW), ("张祥例", 0.99, FAIL)],
    )
    def test_legal_representative(self, person: str, confidence: float, expected: Outcome):
        other = certificate(legal_representative=field(person, confidence=confidence))
        assert outcome(dossier(form(), other), "legal_representative.mismatch") is expected

    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("样例市样例区学府路12号3号楼", PASS),
            ("学府路12号", PASS),
            ("样例省样例市样例区学府路12号3号楼201室", PASS),
            ("样例市样例区学府路21号", FAIL),
            ("样例市样例区人民大街1888号", FAIL),
            ("样例区职教园区内", REVIEW),
        ],
    )
    def test_address(self, address: str, expected: Outcome):
        found = outcomes(dossier(form(), certificate(), lease(address=address)), "address.mismatch")
        assert found["lease_contract"] is expected

    def test_public_institution(self):
        government = form(name="样例市就业服务中心")
        body = certificate(name="样例市就业服务中心", certificate_type="public_institution")
        assert outcome(dossier(government, body), "organisation.ineligible") is FAIL
        school = certificate(certificate_type="public_institution")
        assert outcome(dossier(form(), school), "organisation.ineligible") is REVIEW
        assert outcome(dossier(form(), certificate()), "organisation.ineligible") is PASS


class TestCertificate:
    @pytest.mark.parametrize(
        ("end", "expected"),
        [
            ("2022-07-18", PASS),
            ("2022-07-17", FAIL),
            (field(None, text="长期"), PASS),
            (field(None, text="不约定期限"), PASS),
            (field(None, text="以登记为准"), REVIEW),
            (field(None, text="2O22-O?"), REVIEW),
        ],
    )
    def test_expired(self, end: Any, expected: Outcome):
        assert outcome(dossier(certificate(valid_to=end)), "certificate.expired") is expected

    def test_day_of_receipt_unknown(self):
        assert outcome(dossier(certificate(), envelope=Envelope()), "certificate.expired") is REVIEW


class TestLease:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, PASS),
            ({"lease_end": "2025-03-01"}, PASS),
            ({"lease_end": "2024-02-29", "lease_months": 48}, FAIL),
            ({"lease_end": "2024-02-29", "lease_months": 60}, REVIEW),
            ({"lease_start": "2020-01-31", "lease_end": "2025-01-30"}, PASS),
        ],
    )
    def test_term_too_short(self, changes: dict[str, Any], expected: Outcome):
        assert outcome(dossier(lease(**changes)), "lease.term_too_short") is expected

    def test_term_inconsistent(self):
        assert outcome(dossier(lease()), "lease.term_inconsistent") is PASS
        assert outcome(dossier(lease(lease_end="2024-02-29")), "lease.term_inconsistent") is FAIL
        derived = lease(lease_months=field(60, text=None))
        assert outcome(dossier(derived), "lease.term_inconsistent") is NOT_APPLICABLE

    def test_expired(self):
        assert outcome(dossier(lease()), "lease.expired") is PASS
        assert outcome(dossier(lease(lease_end="2022-07-17")), "lease.expired") is FAIL

    def test_lessor(self):
        assert outcome(dossier(lease(), deed()), "lease.lessor_not_owner") is PASS
        assert outcome(dossier(lease(), deed(owner="样例市百货公司")), "lease.lessor_not_owner") is FAIL
        assert outcome(dossier(lease()), "lease.lessor_not_owner") is REVIEW
        assert outcome(dossier(lease(), programme="tianjin-2020"), "lease.lessor_not_owner") is NOT_APPLICABLE

    def test_an_owner_who_lets_the_lessor_let(self):
        def beside(kind: str, text: str) -> Outcome:
            pages = [page_of(3), page_of(4), page_of(9, text)]
            papers = (lease(), deed(owner="样例市百货公司"), document(kind, 9))
            return outcome(dossier(*papers, pages=pages), "lease.lessor_not_owner")

        consent = f"样例市百货公司同意{OWNER}将上述房屋转租给{APPLICANT}使用"
        assert beside("other", consent) is REVIEW
        assert beside("implementation_plan", consent) is FAIL
        assert beside("other", f"本单位{OWNER}同意将房屋出租给{APPLICANT}") is FAIL
        assert beside("other", f"样例市百货公司与{OWNER}共同出具") is FAIL

    @pytest.mark.parametrize(
        ("leased", "owned", "expected"),
        [(1000.0, 2400.0, PASS), (999.9, 2400.0, REVIEW), (600.0, 800.0, FAIL), (1200.0, 900.0, REVIEW)],
    )
    def test_area(self, leased: float, owned: float, expected: Outcome):
        one = dossier(lease(floor_area=leased), deed(floor_area=owned))
        assert outcome(one, "premises.area_too_small") is expected


class TestAudit:
    def test_year(self):
        def report(year: int) -> Outcome:
            return outcome(dossier(audit(fiscal_year=year), programme="tianjin-2020"), "audit.wrong_year")

        assert report(2021) is PASS
        assert report(2020) is FAIL

    @pytest.mark.parametrize(
        ("opinion", "expected"),
        [
            ("unqualified", PASS),
            ("unqualified_with_emphasis", PASS),
            ("qualified", REVIEW),
            ("adverse", FAIL),
            ("disclaimer", FAIL),
        ],
    )
    def test_opinion(self, opinion: str, expected: Outcome):
        one = dossier(audit(opinion=opinion), programme="tianjin-2020")
        assert outcome(one, "audit.opinion_adverse") is expected


def tianjin(*rows: dict[str, Any], **changes: Any) -> Dossier:
    return dossier(form(occupations=list(rows)), programme="tianjin-2020", **changes)


class TestOccupations:
    @pytest.mark.parametrize(
        ("name", "code", "listed", "matched"),
        [
            ("中式烹调师", "4-03-02-01", PASS, PASS),
            ("中试烹调师", "4-03-02-01", PASS, PASS),
            ("保洁员L", "4-09-08-01", PASS, PASS),
            ("中式烹调师", "4-03-02-02", PASS, FAIL),
            ("中式烹调师", "4-03-02-07", PASS, FAIL),
            ("宇航员", "2-02-30-99", FAIL, NOT_APPLICABLE),
            (None, "4-03-02-01", REVIEW, REVIEW),
        ],
    )
    def test_catalogue(self, name: str | None, code: str, listed: Outcome, matched: Outcome):
        one = tianjin(occupation(1, name, code))
        assert outcomes(one, "occupation.not_in_catalogue") == {"1": listed}
        assert outcomes(one, "occupation.code_mismatch") == {"1": matched}

    @pytest.mark.parametrize(
        ("name", "code", "expected"),
        [
            ("电工", "6-31-01-03", PASS),
            ("心理咨询师", "2-07-09-03", FAIL),
            ("样例新职业师", "4-99-98-97", REVIEW),
        ],
    )
    def test_open_catalogue(self, name: str, code: str, expected: Outcome):
        one = dossier(form(occupations=[occupation(1, name, code)]))
        assert outcomes(one, "occupation.not_in_catalogue") == {"1": expected}

    def test_duplicate(self):
        cook = occupation(1, "中式烹调师", "4-03-02-01")
        assert outcomes(tianjin(cook, {**cook, "row": 2}), "occupation.duplicate") == {"2": FAIL}
        assert outcomes(tianjin(cook), "occupation.duplicate") == {None: PASS}

    def test_scale_of_a_training_institution(self):
        found = outcomes(tianjin(occupation(1, "电工", "6-31-01-03", 8000), occupation(2, "车工", "6-18-01-01", 7999)),
                         "occupation.scale_too_small")  # fmt: skip
        assert found == {"1": PASS, "2": FAIL}

    @pytest.mark.parametrize(
        ("trained", "expected"),
        [
            # Enough by either reading; enough per occupation, not in all; in all, not per occupation; by neither.
            ((11000, 11000, 11000, 11000, 11000), {PASS}),
            ((9000, 9000, 9000, 9000, 9000), {REVIEW, PASS}),
            ((7000, 9000, 9000, 9000, 30000), {REVIEW, PASS}),
            ((6000, 6000, 6000, 6000, 6000), {FAIL}),
        ],
    )
    def test_exactly_five_occupations_stand_in_both_bands(self, trained: tuple[int, ...], expected: set[Outcome]):
        known = ["电工 6-31-01-03", "车工 6-18-01-01", "铣工 6-18-01-02", "磨工 6-18-01-04", "保安员 4-07-05-01"]
        rows = [occupation(n + 1, *known[n].split(), persons) for n, persons in enumerate(trained)]
        assert set(outcomes(tianjin(*rows), "occupation.scale_too_small").values()) == expected

    def test_scale_by_type(self):
        row = occupation(1, "电工", "6-31-01-03", 499)

        def of(kind: ApplicantType | None, box: str) -> Outcome:
            envelope = Envelope(received=date(2021, 6, 1), applicant_type=kind)
            one = dossier(form(occupations=[row], organisation_type=box), programme="tianjin-2020", envelope=envelope)
            (found,) = set(outcomes(one, "occupation.scale_too_small").values())
            return found

        assert of(ApplicantType.SCHOOL, "技工院校") is NOT_APPLICABLE
        assert of(ApplicantType.ENTERPRISE, "企业") is FAIL
        assert of(None, "技工院校") is NOT_APPLICABLE
        # Envelope and form contradict each other: nothing is guessed.
        assert of(ApplicantType.ENTERPRISE, "技工院校") is REVIEW

    def test_experience(self):
        envelope = Envelope(received=date(2021, 6, 1), applicant_type=ApplicantType.TRAINING_INSTITUTION)
        rows = [
            occupation(1, "电工", "6-31-01-03", started="2015-06"),
            occupation(2, "车工", "6-18-01-01", started="2015-07"),
        ]
        found = outcomes(tianjin(*rows, envelope=envelope), "occupation.experience_too_short")
        assert found == {"1": PASS, "2": FAIL}


class TestStaff:
    def test_count(self):
        assert outcome(dossier(roster(count=5)), "staff.too_few") is PASS
        assert outcome(dossier(roster(count=4)), "staff.too_few") is FAIL
        assert outcome(dossier(roster(count=9, role="expert")), "staff.too_few") is REVIEW

    def test_one_person_named_twice_is_one(self):
        again = roster(people=[person("样例甲", "000101199001010001")] * 5)
        assert outcome(dossier(again), "staff.too_few") is FAIL

    def test_identity_numbers(self):
        people = [person("样例甲", "000101199001010001"), person("样例乙", "000101199001010002")]
        assert outcomes(dossier(roster(people=people)), "staff.id_number_invalid") == {"样例乙": FAIL}
        # Of two figures that are alike one may have been read: with its like beside it the number holds.
        melted = [person("样例甲", "00010119901010001"), person("样例乙", "00010119900101001")]
        assert outcomes(dossier(roster(people=melted)), "staff.id_number_invalid")["样例乙"] is REVIEW
        # A 1 is so thin that it may have been lost.
        thin = [person("样例甲", ID_NUMBERS[0].replace("1", "", 1))]
        assert outcomes(dossier(roster(people=thin)), "staff.id_number_invalid") == {"样例甲": REVIEW}
        short = [person("样例甲", "22019919900101002")]
        assert outcomes(dossier(roster(people=short)), "staff.id_number_invalid") == {"样例甲": FAIL}
        # No province's code begins with 0: its beginning was lost.
        cut = [person("样例甲", "0199199001010023")]
        assert outcomes(dossier(roster(people=cut)), "staff.id_number_invalid") == {"样例甲": REVIEW}
        masked = [person("样例甲", "000101********0001")]
        assert outcomes(dossier(roster(people=masked)), "staff.id_number_invalid") == {"样例甲": REVIEW}

    def test_lists_on_one_page_are_asked_each_for_itself(self):
        numbered, bare = roster(), roster(role="assessor")
        bare.fields["people"].value = [person("样例甲", None), person("样例乙", None)]
        numbered.sections = [bare]
        assert outcomes(dossier(numbered), "staff.id_number_invalid") == {None: PASS}
        bare.fields["people"].value = [person("样例甲", None), person("样例乙", ID_NUMBERS[1])]
        assert outcomes(dossier(numbered), "staff.id_number_invalid") == {"样例甲": REVIEW}

    def test_a_list_that_was_not_read_on_a_page_with_another(self):
        read, unread = roster(count=4), roster()
        unread.fields["people"].value = None
        read.sections = [unread]
        assert outcomes(dossier(read), "staff.id_number_invalid") == {None: REVIEW}
        assert outcome(dossier(read), "staff.too_few") is REVIEW


class TestCertificates:
    def test_one_whose_name_was_not_read_on_a_sheet_with_another(self):
        read, unread = certificate(), certificate(name=field(None, text="?"))
        read.sections = [unread]
        assert outcomes(dossier(form(), read), "name.mismatch")["registration_certificate"] is REVIEW

    def test_the_lessors_deed_on_a_sheet_with_the_applicants_own(self):
        own, lessors = deed(owner=APPLICANT), deed(owner="样例市东方美容学校")
        own.sections = [lessors]
        assert outcome(dossier(form(), certificate(), lease(), own), "lease.lessor_not_owner") is FAIL

    def test_a_branchs_licence_beside_the_applicants_own(self):
        def judged(own: Document, other: Document, rule: str) -> Outcome:
            own.sections = [other]
            return outcome(dossier(form(), own), rule)

        branch = certificate(name=f"{APPLICANT}样例分校", credit_code="52220102MJY1234568")
        for first, second in ((certificate(), branch), (branch.model_copy(), certificate())):
            for rule in ("name.mismatch", "credit_code.mismatch"):
                assert judged(first, second, rule) is PASS, rule
        # Without the applicant's own it is compared.
        assert outcome(dossier(form(), branch), "name.mismatch") is FAIL


class TestSeals:
    def test_missing(self):
        assert outcomes(dossier(form(seals=1)), "seal.missing")["application_form"] is PASS
        assert outcomes(dossier(form(seals=0)), "seal.missing")["application_form"] is REVIEW
        place = [page_of(1, "单位名称（公章）：")]
        assert outcomes(dossier(form(seals=0), pages=place), "seal.missing")["application_form"] is FAIL
        grey = dossier(form(seals=0))
        grey.pages[0].colour = False
        assert outcomes(grey, "seal.missing") == {"application_form": REVIEW, "integrity_pledge": REVIEW}

    def test_name(self):
        def sealed(text: str | None) -> Outcome:
            one: Document = form(seals=1)
            one.seals[0].text = text
            return outcome(dossier(one), "seal.name_mismatch")

        assert sealed("样例市启明职业培训学校") is PASS
        assert sealed(OWNER) is FAIL
        assert sealed(None) is REVIEW

    def test_a_name_that_shows_up_to_half_of_its_last_word(self):
        def sealed(text: str) -> Outcome:
            named = form(seals=1, name="样例市启明技能培训有限公司")
            named.seals[0].text, named.seals[0].confidence = text, 0.999
            return outcome(dossier(named), "seal.name_mismatch")

        assert sealed("样例市启明技能培训有限公") is PASS
        assert sealed("样例市启明技能培训有限") is REVIEW
        assert sealed("样例市宏远物业管理有限公") is FAIL
        # The next to the last character shows in part, the last one not at all.
        assert sealed("样例市启明技能培训有限八") is REVIEW

    def test_one_character_that_does_not_show_makes_no_other_name(self):
        def sealed(read: str) -> Outcome:
            one: Document = form(seals=1)
            one.seals[0].text, one.seals[0].confidence = read.replace("□", ""), 0.999
            one.seals[0].readings = [on_arc(read)] * 2
            return outcome(dossier(one), "seal.name_mismatch")

        # What is left of 启明 was read as one character.
        assert sealed("样例市□朋职业培训学校") is REVIEW
        assert sealed("样例市东朋职业培训学校") is FAIL
        assert sealed("样例县□方美容培训学校") is FAIL

    def test_others_seals_alone_fail_only_where_all_seals_would_show(self):
        def sealed(*, colour: bool) -> Outcome:
            one = audit(seals=1)
            one.seals[0].text, one.seals[0].confidence = "天衡会计师事务所（特殊普通合伙）", 0.75
            one.seals[0].readings = [on_arc("天衡会计师事务所（特殊普通合伙）")] * 2
            given = dossier(form(), certificate(), one, programme="neimenggu-2020")
            for page in given.pages:
                page.colour = colour
            return outcomes(given, "seal.missing")["audit_report"]

        assert sealed(colour=True) is FAIL
        assert sealed(colour=False) is REVIEW

    def test_readings_that_fit_the_name_together_tell_whose_seal_it_is(self):
        one: Document = form(seals=1)
        one.seals[0].text, one.seals[0].confidence = "样例市后明职业培训学校", 0.7
        assert outcome(dossier(one), "seal.name_mismatch") is REVIEW
        one.seals[0].readings = [on_arc("样例市后明职业培训学校"), on_arc("样例市启明职业培训学校")]
        assert outcome(dossier(one), "seal.name_mismatch") is PASS


class TestWindow:
    @pytest.mark.parametrize(
        ("received", "expected"),
        [
            (date(2022, 7, 15), PASS),
            (date(2022, 7, 30), PASS),
            (date(2022, 7, 31), FAIL),
            (date(2022, 3, 20), FAIL),
            (date(2023, 3, 20), PASS),
            (None, REVIEW),
        ],
    )
    def test_jilin(self, received: date | None, expected: Outcome):
        assert outcome(dossier(form(), envelope=Envelope(received=received)), "window.outside") is expected

    def test_tianjin_ran_for_two_years(self):
        def on(day: date) -> Outcome:
            one = dossier(form(), programme="tianjin-2020", envelope=Envelope(received=day))
            return outcome(one, "window.outside")

        assert on(date(2022, 5, 24)) is PASS
        # 有效期两年: whether the first day counts decides over this one.
        assert on(date(2022, 5, 25)) is REVIEW
        assert on(date(2022, 5, 26)) is FAIL
