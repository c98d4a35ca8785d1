"""Rules on what papers say of the applicant, where packets get difficult: names, addresses, terms, areas, years."""

from datetime import date
from typing import Any

import pytest

from schemas.document import Document
from schemas.dossier import ApplicantType, Envelope
from schemas.finding import Outcome
from schemas.page import Line, Seal
from tests.dossier_builder import (
    APPLICANT,
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
    page_of,
    roster,
)
from tests.judging import FAIL, PASS, REVIEW, check, outcomes
from tests.judging import outcome as outcome_of

AUDITORS = "样例会计师事务所（普通合伙）"
LESSOR = {"name": OWNER, "credit_code": "52350100MJ00100Y41", "legal_representative": "赵样例", "address": "别处1号"}


def outcome(*documents: Document, rule: str, programme: str = "jilin-2022", **changes: Any) -> Outcome:
    return outcome_of(dossier(*documents, programme=programme, **changes), rule)


class TestLicencesOfOthers:
    """Lessors and auditors enclose copies of their own licences."""

    def test_they_are_not_compared_with_the_applicant(self):
        others = certificate(30, certificate_type="public_institution", valid_to="2019-01-01", **LESSOR)
        findings = check(dossier(*complete(others)))
        assert [finding.message for finding in findings if finding.outcome in {FAIL, REVIEW}] == []

    def test_auditors_licence(self):
        audited = audit(6, audit_firm=AUDITORS)
        theirs = certificate(30, **{**LESSOR, "name": AUDITORS})
        found = outcomes(dossier(form(), certificate(), audited, theirs, programme="tianjin-2020"), "name.mismatch")
        assert set(found.values()) == {PASS}

    def test_they_are_not_the_applicants_certificate(self):
        documents = [one for one in complete() if one.kind != "registration_certificate"]
        one = dossier(*documents, certificate(2, **LESSOR))
        assert outcomes(one, "material.missing")["registration_certificate"] is FAIL

    def test_one_that_shares_the_applicants_code_is_its_own(self):
        mine = certificate(2, **{**LESSOR, "credit_code": "91350100M000100Y43"})
        assert outcomes(dossier(form(), mine, lease()), "name.mismatch")["registration_certificate"] is FAIL

    def test_a_strangers_beside_the_own_is_left_open(self):
        stranger = certificate(30, **{**LESSOR, "name": "样例市东方美容学校"})
        found = outcomes(dossier(form(), certificate(), stranger), "name.mismatch")
        assert found["registration_certificate"] is REVIEW


def test_a_certificate_does_not_vouch_for_itself():
    assert outcome(certificate(), rule="name.mismatch") is REVIEW


class TestNames:
    @pytest.mark.parametrize(
        ("confidence", "expected"),
        [(1.0, FAIL), (0.999, FAIL), (0.97, REVIEW), (0.7, REVIEW)],
    )
    def test_one_character_off_differs_only_where_nothing_was_doubtful(self, confidence: float, expected: Outcome):
        name = field("样例市启朋职业培训学校", confidence=confidence)
        found = outcomes(dossier(form(name=field(APPLICANT, confidence=1.0)), certificate(name=name)), "name.mismatch")
        assert found["registration_certificate"] is expected

    def test_pledge_in_anothers_name(self):
        pledge = document("integrity_pledge", 9, seals=1, name="样例市东方美容学校")
        assert outcomes(dossier(form(), pledge), "name.mismatch")["integrity_pledge"] is FAIL

    def test_a_finding_says_both_names_and_shows_both_places(self):
        findings = check(dossier(form(), certificate(), lease(lessee="样例市东方美容学校")))
        found = next(one for one in findings if one.rule == "name.mismatch" and one.subject == "lease_contract")
        assert (found.expected, found.actual) == (APPLICANT, "样例市东方美容学校")
        assert {(one.document, one.field) for one in found.evidence} == {("d1", "name"), ("d3", "lessee")}
        assert all(one.box is not None for one in found.evidence)


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            # The form names another building, the certificate the whole estate: one of the two is enough.
            ("样例市样例区学府路12号5号楼", PASS),
            ("样例市样例区学府路12-1号", REVIEW),
            ("乙丙市样例区学府路12号", FAIL),
            ("样例区学府路", REVIEW),
            ("样例市样例区", REVIEW),
            ("学府路十二号三号楼", PASS),
            ("样例区新华街道学府路12号", PASS),
            ("北学府路12号", FAIL),
            (field("样例市样例区学府路72号", confidence=0.9), REVIEW),
        ],
    )
    def test_premises(self, address: Any, expected: Outcome):
        one = form(address=field("样例市样例区学府路12号3号楼", confidence=1.0))
        other = certificate(address=field("样例市样例区学府路12号", confidence=1.0))
        if isinstance(address, str):
            address = field(address, confidence=1.0)
        assert outcome(one, other, lease(address=address), rule="address.mismatch") is expected

    def test_elsewhere_is_certain_only_where_both_addresses_were_read(self):
        unread = form(address=field(None, text="?"))
        assert outcome(unread, certificate(), lease(address="人民大街1888号"), rule="address.mismatch") is REVIEW

    def test_what_form_and_certificate_both_say_is_as_sure_as_the_surer(self):
        unsure = form(address=field("样例市样例区学府路12号3号楼", confidence=0.7))
        same = certificate(address="样例市样例区学府路12号3号楼")
        elsewhere = lease(address="人民大街1888号")
        assert outcome(unsure, same, elsewhere, rule="address.mismatch") is FAIL
        assert outcome(unsure, certificate(), elsewhere, rule="address.mismatch") is REVIEW

    def test_second_premises(self):
        second = lease(30, address="样例市样例区人民大街1888号")
        assert outcome(form(), certificate(), lease(), second, rule="address.mismatch") is REVIEW


class TestCertificates:
    def test_of_two_copies_the_one_that_runs_longest_counts(self):
        renewed = certificate(30, valid_to="2026-05-19")
        assert outcome(form(), certificate(valid_to="2021-05-19"), renewed, rule="certificate.expired") is PASS

    def test_no_term_read(self):
        one = certificate()
        del one.fields["valid_to"]
        assert outcome(form(), one, rule="certificate.expired") is REVIEW

    def test_a_term_that_ends_before_it_begins_was_misread(self):
        one = certificate(valid_from="2021-05-20", valid_to="2020-05-19")
        assert outcome(form(), one, rule="certificate.expired") is REVIEW


class TestLeases:
    def test_an_older_lease_beside_one_that_runs(self):
        old = lease(30, lease_start="2015-03-01", lease_end="2020-02-29")
        assert outcome(form(), lease(), old, rule="lease.expired") is REVIEW

    def test_a_short_lease_beside_a_long_one(self):
        short = lease(30, lease_end="2022-02-28", lease_months=24)
        assert outcome(form(), lease(), short, rule="lease.term_too_short") is REVIEW
        assert outcome(form(), short, rule="lease.term_too_short") is FAIL

    def test_dates_in_the_wrong_order(self):
        odd = lease(lease_start="2025-03-01", lease_end="2020-02-28", lease_months=field(None, text=None))
        assert outcome(odd, rule="lease.term_too_short") is REVIEW

    def test_end_of_all_time(self):
        assert outcome(lease(lease_end="9999-12-31", lease_months=None), rule="lease.term_too_short") is REVIEW

    def test_one_of_several_owners(self):
        shared = deed(owner=f"{OWNER}、赵样例")
        assert outcome(form(), lease(lessor="赵样例"), shared, rule="lease.lessor_not_owner") is PASS

    def test_the_applicants_own_deed_is_not_the_lessors(self):
        assert outcome(form(), certificate(), lease(), deed(owner=APPLICANT), rule="lease.lessor_not_owner") is REVIEW

    def test_owner_not_read(self):
        second = deed(30, owner=field(None, text="?"))
        found = outcome(form(), lease(), deed(owner="样例市百货公司"), second, rule="lease.lessor_not_owner")
        assert found is REVIEW


class TestPremises:
    RULE = "premises.area_too_small"

    @pytest.mark.parametrize(
        ("address", "expected"), [("样例市样例区人民大街1888号", PASS), ("样例市样例区学府路12号5号楼", REVIEW)]
    )
    def test_areas_add_up_only_over_places_that_are_apart(self, address: str, expected: Outcome):
        first = lease(floor_area=600.0, address="样例市样例区学府路12号3号楼")
        second = lease(30, floor_area=600.0, address=address)
        assert outcome(form(), first, second, rule=self.RULE) is expected

    def test_lease_and_deed_of_one_area_stand_on_the_surer(self):
        doubtful = lease(floor_area=field(1200.0, confidence=0.7))
        assert outcome(form(), doubtful, deed(floor_area=1200.0), rule=self.RULE) is PASS
        assert outcome(form(), doubtful, deed(floor_area=1300.0), rule=self.RULE) is REVIEW

    def test_a_lease_copied_is_no_second_one(self):
        assert outcome(form(), lease(floor_area=600.0), lease(30, floor_area=600.0), rule=self.RULE) is FAIL

    def test_own_and_rented(self):
        own = deed(owner=APPLICANT, floor_area=700.0, address="样例市样例区人民大街1888号")
        rented = lease(floor_area=600.0, address="样例市样例区学府路12号")
        assert outcome(form(), certificate(), rented, own, rule=self.RULE) is PASS

    def test_owned(self):
        assert outcome(form(), certificate(), deed(owner=APPLICANT, floor_area=999.0), rule=self.RULE) is FAIL
        assert outcome(form(), certificate(), deed(owner=APPLICANT, floor_area=1000.0), rule=self.RULE) is PASS

    def test_an_area_that_was_not_read_may_make_up_for_it(self):
        unread = lease(30, floor_area=field(None, text="?"), address="样例市样例区人民大街1888号")
        assert outcome(form(), lease(floor_area=600.0), unread, rule=self.RULE) is REVIEW


class TestAudits:
    def report(self, *reports: Document, rule: str) -> Outcome:
        return outcome(form(), *reports, rule=rule, programme="tianjin-2020")

    def test_reports_of_several_years(self):
        assert self.report(audit(6), audit(7, fiscal_year=2020), rule="audit.wrong_year") is PASS
        unread = audit(7, fiscal_year=field(None, text="?"))
        assert self.report(audit(6, fiscal_year=2020), unread, rule="audit.wrong_year") is REVIEW

    def test_opinion_of_one_of_two_not_read(self):
        unread = audit(7, opinion=field(None, text="?"))
        assert self.report(audit(6), unread, rule="audit.opinion_adverse") is REVIEW
        assert self.report(audit(6, opinion="adverse"), unread, rule="audit.opinion_adverse") is FAIL

    def test_an_opinion_of_no_known_kind(self):
        assert self.report(audit(opinion="clean"), rule="audit.opinion_adverse") is REVIEW


class TestMaterials:
    def test_lists_of_every_role(self):
        documents = [one for one in complete() if one.kind != "staff_roster"]
        assert outcomes(dossier(*documents, roster()), "material.missing")["staff_roster"] is REVIEW

    def test_one_list_for_all_roles(self):
        documents = [one for one in complete() if one.kind != "staff_roster"]
        one = dossier(*documents, roster(5, role=field("full_time", confidence=0.7)))
        one.pages = [page for page in one.pages if page.number != 5]
        one.pages.append(page_of(5, "专职工作人员、专家、考评员、质量督导员名单"))
        assert outcomes(one, "material.missing")["staff_roster"] is PASS

    def test_a_heading_inside_another_document_may_be_it(self):
        one = dossier(*(one for one in complete() if one.kind != "integrity_pledge"))
        inside = page_of(40, "诚信承诺书")
        inside.lines[0].box = (0.35, 0.1, 0.65, 0.13)
        one.pages.append(inside)
        plan = next(one for one in one.documents if one.kind == "implementation_plan")
        plan.pages.append(plan.pages[0].model_copy(update={"page": 40}))
        assert outcomes(one, "material.missing")["integrity_pledge"] is REVIEW
        inside.lines[0].text = "四、诚信承诺"
        assert outcomes(one, "material.missing")["integrity_pledge"] is FAIL

    def test_a_seal_where_the_heading_of_a_page_inside_another_document_stands_may_hide_it(self):
        one = dossier(*(one for one in complete() if one.kind != "integrity_pledge"))
        sealed = page_of(40)
        sealed.seals.append(Seal(text=None, confidence=0.7, file="p.pdf", page=40, box=(0.35, 0.1, 0.5, 0.2)))
        one.pages.append(sealed)
        plan = next(one for one in one.documents if one.kind == "implementation_plan")
        plan.pages.append(plan.pages[0].model_copy(update={"page": 40}))
        assert outcomes(one, "material.missing")["integrity_pledge"] is REVIEW
        sealed.seals[0].box = (0.35, 0.7, 0.5, 0.8)
        assert outcomes(one, "material.missing")["integrity_pledge"] is FAIL
        # Text that goes on from the page before stands above it.
        sealed.seals[0].box = (0.35, 0.12, 0.5, 0.24)
        assert outcomes(one, "material.missing")["integrity_pledge"] is REVIEW
        for end in ("六、本方案自发布之日起施行。", "承租人（签章）"):
            sealed.lines[0].text = end
            assert outcomes(one, "material.missing")["integrity_pledge"] is FAIL
            sealed.lines[0].text = "样例"
            assert outcomes(one, "material.missing")["integrity_pledge"] is REVIEW

    def test_headings_of_rules_are_no_lists_of_people(self):
        one = dossier(*(one for one in complete() if one.kind != "staff_roster"))
        rules = next(one for one in one.documents if one.kind == "management_system")
        rules.pages.append(rules.pages[0].model_copy(update={"page": 40}))
        body = [
            Line(text="各部门应当按照职责分工落实", box=(0.1, y, 0.9, y + 0.02), confidence=0.99, extents=[])
            for y in (0.2, 0.3)
        ]
        for heading, expected in (("考评人员管理办法", FAIL), ("考评人员名单", REVIEW)):
            title = Line(text=heading, box=(0.4, 0.1, 0.6, 0.12), confidence=0.99, extents=[])
            one.pages = [page for page in one.pages if page.number != 40] + [page_of(40, lines=[title, *body])]
            assert outcomes(one, "material.missing")["staff_roster"] is expected

    def test_a_page_that_cannot_be_read_may_be_anything(self):
        one = dossier(*(one for one in complete() if one.kind != "integrity_pledge"))
        one.pages.append(page_of(40, lines=[]))
        assert outcomes(one, "material.missing")["integrity_pledge"] is REVIEW
        one.pages[-1].source = "blank"
        assert outcomes(one, "material.missing")["integrity_pledge"] is FAIL

    def test_the_holes_of_a_blank_back_hide_nothing(self):
        one = dossier(*(one for one in complete() if one.kind != "integrity_pledge"))
        holes = [Line(text="0", box=(0.94, y, 0.98, y + 0.03), confidence=0.7, extents=[]) for y in (0.2, 0.4, 0.6)]
        one.pages.append(page_of(40, lines=holes))
        assert outcomes(one, "material.missing")["integrity_pledge"] is FAIL
        holes[0].text = "承"
        assert outcomes(one, "material.missing")["integrity_pledge"] is REVIEW

    def test_a_list_of_conditions_is_none_of_the_papers_that_show_them(self):
        one = dossier(*(one for one in complete(document("other", 40)) if one.kind != "integrity_pledge"))
        for title, expected in (("试点企业基本条件清单", FAIL), ("试点企业清单", REVIEW)):
            lines = [
                Line(text=title, box=(0.35, 0.1, 0.65, 0.12), confidence=0.99, extents=[]),
                Line(text="符合，见诚信承诺书", box=(0.5, 0.4, 0.8, 0.42), confidence=0.99, extents=[]),
            ]
            one.pages[-1] = page_of(40, lines=lines)
            assert outcomes(one, "material.missing")["integrity_pledge"] is expected

    def test_rented_or_owned_not_known(self):
        documents = [one for one in complete() if one.kind not in {"lease_contract", "property_certificate"}]
        assert outcomes(dossier(*documents), "material.missing")["lease_contract"] is REVIEW


class TestTypes:
    """Where the type of organisation is not known, a rule answers only if it does not matter."""

    def scale(self, trained: int) -> dict[str | None, Outcome]:
        rows = [occupation(1, "电工", "6-31-01-03", trained)]
        one = form(occupations=rows, organisation_type=field(None, text="?"))
        envelope = Envelope(received=date(2021, 6, 1))
        return outcomes(dossier(one, programme="tianjin-2020", envelope=envelope), "occupation.scale_too_small")

    def test_enough_for_every_type(self):
        assert set(self.scale(9000).values()) == {PASS}

    def test_enough_for_none(self):
        assert set(self.scale(400).values()) == {REVIEW}

    def test_enough_for_some(self):
        assert self.scale(600) == {"1": REVIEW}

    def test_a_company_that_trains_may_tick_enterprise(self):
        rows = [occupation(1, "电工", "6-31-01-03", 600)]
        one = form(occupations=rows, organisation_type="企业")
        envelope = Envelope(received=date(2021, 6, 1), applicant_type=ApplicantType.TRAINING_INSTITUTION)
        found = outcomes(dossier(one, programme="tianjin-2020", envelope=envelope), "occupation.scale_too_small")
        assert found == {"1": FAIL}
