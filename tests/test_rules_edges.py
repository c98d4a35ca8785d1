"""The edges of the rules: what must not pass by chance, what must not fail for a slip of reading."""

from datetime import date
from typing import Any

import pytest
from stdnum.cn import uscc

from schemas.document import Document
from schemas.dossier import ApplicantType, Dossier, Envelope, Scope
from schemas.finding import Outcome
from schemas.page import Line
from schemas.programme import Programme, RuleUse
from tests.dossier_builder import (
    APPLICANT,
    OWNER,
    RECEIVED,
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
    person,
    roster,
)
from tests.judging import FAIL, NOT_APPLICABLE, PASS, REVIEW, check, outcome, outcomes
from validators.comparing import compare_addresses
from validators.rules.lease import whole_months


def tianjin(*documents: Document, **changes: Any) -> Dossier:
    envelope = Envelope(received=date(2021, 6, 1), applicant_type=ApplicantType.TRAINING_INSTITUTION)
    return dossier(*documents, programme="tianjin-2020", **{"envelope": envelope, **changes})


def without(kind: str) -> list[Document]:
    return [one for one in complete() if one.kind != kind]


class TestLeaseTerms:
    @pytest.mark.parametrize(
        ("first", "last", "months"),
        [
            ((2020, 3, 1), (2025, 2, 27), 59),
            ((2020, 3, 1), (2025, 2, 28), 60),
            ((2020, 3, 1), (2025, 3, 1), 60),
            ((2020, 2, 29), (2025, 2, 28), 60),
            ((2020, 2, 29), (2025, 2, 26), 59),
            ((2019, 8, 31), (2024, 8, 30), 60),
            ((2019, 8, 31), (2024, 8, 29), 59),
            ((2019, 8, 31), (2020, 2, 28), 6),
            ((2020, 1, 31), (2020, 2, 28), 1),
            ((2020, 7, 15), (2025, 7, 14), 60),
            ((2020, 7, 15), (2025, 7, 13), 59),
            ((2020, 12, 31), (2025, 12, 30), 60),
            ((2021, 1, 1), (2025, 12, 31), 60),
        ],
    )
    def test_months_at_the_ends_of_months(self, first: tuple[int, int, int], last: tuple[int, int, int], months: int):
        assert whole_months(date(*first), date(*last)) == months

    @pytest.mark.parametrize(
        ("end", "stated", "short", "inconsistent"),
        [
            ("2025-02-28", 60, PASS, PASS),
            ("2025-02-27", 60, REVIEW, FAIL),
            ("2024-02-29", 60, REVIEW, FAIL),
            ("2025-02-28", 48, REVIEW, FAIL),
            ("2024-02-29", 48, FAIL, PASS),
            ("2019-02-28", 60, REVIEW, FAIL),
            ("2125-02-28", 1260, REVIEW, PASS),
        ],
    )
    def test_dates_against_the_stated_length(self, end: str, stated: int, short: Outcome, inconsistent: Outcome):
        one = dossier(*without("lease_contract"), lease(lease_end=end, lease_months=stated))
        assert outcome(one, "lease.term_too_short") is short
        assert outcome(one, "lease.term_inconsistent") is inconsistent

    def test_an_end_that_follows_from_start_and_length_contradicts_nothing(self):
        one = dossier(*without("lease_contract"), lease(lease_end=field("2025-02-28", text=None)))
        assert outcome(one, "lease.term_too_short") is PASS
        assert outcome(one, "lease.term_inconsistent") is NOT_APPLICABLE

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            ("2017-07-18", "2022-07-17", FAIL),
            ("2017-07-19", "2022-07-18", PASS),
            ("2022-07-18", "2027-07-17", PASS),
            ("2022-07-19", "2027-07-18", PASS),
        ],
    )
    def test_a_lease_on_the_day_of_receipt(self, start: str, end: str, expected: Outcome):
        one = dossier(*without("lease_contract"), lease(lease_start=start, lease_end=end))
        assert outcome(one, "lease.expired") is expected


def test_without_the_day_of_receipt_nothing_that_hangs_on_it_is_decided():
    findings = check(dossier(*complete(), envelope=Envelope()))
    open_rules = {one.rule for one in findings if one.outcome is not PASS}
    assert {"lease.expired", "certificate.expired", "window.outside"} <= open_rules
    findings = check(tianjin(form(), certificate(), audit(), envelope=Envelope()))
    found = {one.rule: one.outcome for one in findings}
    for rule in ("audit.wrong_year", "occupation.experience_too_short", "window.outside", "certificate.expired"):
        assert found[rule] is REVIEW, rule


class TestCreditCodes:
    @pytest.mark.parametrize("first", "1ANY")
    def test_authorities_by_letter(self, first: str):
        body = f"{first}1350100M000100Y4"
        code = body + uscc.calc_check_digit(body)
        one = dossier(form(credit_code=code), certificate(credit_code=code))
        assert set(outcomes(one, "credit_code.invalid").values()) == {PASS}

    @pytest.mark.parametrize("body", ["01350100M000100Y4", "B1350100M000100Y4", "913501A0M000100Y4"])
    def test_no_authority_or_region_of_that_name(self, body: str):
        code = body + uscc.calc_check_digit(body)
        assert outcomes(dossier(form(credit_code=code)), "credit_code.invalid")["application_form"] is FAIL

    def test_a_registration_number_of_old_is_none(self):
        one = dossier(form(credit_code="350100400001234"))
        assert outcomes(one, "credit_code.invalid")["application_form"] is FAIL


class TestNames:
    @pytest.mark.parametrize(
        ("name", "confidence", "expected"),
        [
            ("样例市启朋职业培训学校", 0.999, FAIL),
            ("样例市启朋职业培训学校", 0.95, REVIEW),
            ("样例市启明职业培训学校分校", 0.99, FAIL),
            # The beginning of a name may be lost in a fold; nothing says another organisation.
            ("启明职业培训学校", 0.999, REVIEW),
            ("样例市启明职业培训学校 ", 0.99, PASS),
            ("样例市东方美容学校", 0.75, REVIEW),
        ],
    )
    def test_lessee(self, name: str, confidence: float, expected: Outcome):
        one = dossier(*without("lease_contract"), lease(lessee=field(name, confidence=confidence)))
        assert outcomes(one, "name.mismatch")["lease_contract"] is expected

    def test_width_of_brackets(self):
        names = ("样例（赤峰）教育科技有限公司", "样例(赤峰)教育科技有限公司")
        one = dossier(form(name=names[0]), certificate(name=names[1]), lease(lessee=names[1]))
        assert set(outcomes(one, "name.mismatch").values()) == {PASS}

    @pytest.mark.parametrize("dot", "·•・‧．")
    def test_middle_dots(self, dot: str):
        one = dossier(
            form(legal_representative="样例都·样例提"), certificate(legal_representative=f"样例都{dot}样例提")
        )
        assert outcome(one, "legal_representative.mismatch") is PASS

    @pytest.mark.parametrize(
        ("other", "confidence", "expected"), [("张祥例", 0.99, FAIL), ("张祥例", 0.9, REVIEW), ("李样例", 0.75, REVIEW)]
    )
    def test_a_character_of_a_persons_name(self, other: str, confidence: float, expected: Outcome):
        one = dossier(form(), certificate(legal_representative=field(other, confidence=confidence)))
        assert outcome(one, "legal_representative.mismatch") is expected

    def test_a_plan_of_another(self):
        plan = document("implementation_plan", 30, entity="样例市东方美容学校")
        one = dossier(*without("implementation_plan"), plan)
        assert outcomes(one, "name.mismatch")["implementation_plan"] is FAIL
        # It may speak of others while it is the applicant's.
        one.pages[-1] = page_of(30, f"{APPLICANT}与样例市东方美容学校合作实施方案")
        assert outcomes(one, "name.mismatch")["implementation_plan"] is REVIEW

    @pytest.mark.parametrize(
        ("name", "confidence", "expected"),
        [
            (APPLICANT, 0.99, PASS),
            ("样例市启朋职业培训学校", 0.95, None),
            ("样例市东方美容学校", 0.75, None),
            ("样例市启朋职业培训学校", 0.9999, REVIEW),
            ("样例市东方职业培训学校", 0.99, REVIEW),
        ],
    )
    def test_a_name_gathered_from_text(self, name: str, confidence: float, expected: Outcome | None):
        plan = document("implementation_plan", 30, entity=field(name, confidence=confidence))
        one = dossier(form(name=field(APPLICANT, confidence=0.9999)), certificate(), plan)
        assert outcomes(one, "name.mismatch").get("implementation_plan") is expected


class TestAddresses:
    @pytest.mark.parametrize(
        ("first", "second", "likeness"),
        [
            ("样例市样例区学府路12号", "样例市样例区学府路12号3号楼201室", "same"),
            ("学府路12号201室", "样例市样例区学府路12号201室", "same"),
            ("学府路12号201-205室", "学府路12号203室", "same"),
            ("学府路12号3层", "学府路12号三层301室", "same"),
            ("学府路12号201室", "学府路12号301室", "unclear"),
            ("学府路12号2层", "学府路12号3-5层", "unclear"),
            ("学府路12号A座", "学府路12号B座", "unclear"),
            ("学府路12号", "学府路112号", "close"),
            ("学府路１２号", "学府路12号", "same"),
            ("内蒙古自治区样例市样例旗学府大街12号", "样例市样例旗学府大街12号", "same"),
            ("内蒙古样例市样例旗学府大街12号", "样例市样例旗学府大街12号", "same"),
            ("内蒙古自治区样例盟样例市学府大街12号", "样例市学府大街12号", "same"),
            ("甲样市样例区学府路12号", "乙例市样例区学府路12号", "different"),
            ("样例市样例区学府路12号", "样例市样例区人民大街88号", "different"),
        ],
    )
    def test_one_place_or_two(self, first: str, second: str, likeness: str):
        assert compare_addresses(first, second).likeness.value == likeness
        assert compare_addresses(second, first).likeness.value == likeness

    @pytest.mark.parametrize(
        ("place", "expected"), [("学府路12号3号楼", PASS), ("学府路12号5号楼", REVIEW), ("人民大街88号", FAIL)]
    )
    def test_lease(self, place: str, expected: Outcome):
        one = dossier(form(), certificate(address="样例市样例区学府路12号3号楼"), lease(address=place))
        assert outcomes(one, "address.mismatch")["lease_contract"] is expected


class TestCertificates:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"valid_to": "2022-07-17"}, FAIL),
            ({"valid_to": "2022-07-18"}, PASS),
            ({"valid_from": "2022-07-19", "valid_to": "2026-07-18"}, REVIEW),
            ({"valid_from": "2022-07-18", "valid_to": "2021-07-17"}, REVIEW),
            ({"valid_to": field(None, text="长期")}, PASS),
            ({"valid_to": field(None, text="20年")}, REVIEW),
            ({"valid_to": field("2021-01-01", confidence=0.7)}, REVIEW),
        ],
    )
    def test_term(self, changes: dict[str, Any], expected: Outcome):
        one = dossier(form(), certificate(**changes))
        assert outcomes(one, "certificate.expired")["registration_certificate"] is expected

    def test_two_of_which_one_may_not_apply(self):
        one = dossier(form(), certificate(), certificate(30, certificate_type="public_institution"))
        assert outcome(one, "organisation.ineligible") is REVIEW


class TestDeedInsteadOfLease:
    """Tianjin and Inner Mongolia take a deed or a lease; a deed of others is neither."""

    def of(self, *documents: Document) -> Outcome:
        return outcomes(tianjin(form(), certificate(), *documents), "material.missing")["lease_contract"]

    def test_own(self):
        assert self.of(deed(owner=APPLICANT)) is PASS

    def test_anothers(self):
        assert self.of(deed()) is FAIL

    def test_whose_it_is_was_not_read(self):
        assert self.of(deed(owner=field(None, text="?"))) is REVIEW
        assert self.of(deed(owner=field("样例市启朋职业培训学校", confidence=0.95))) is REVIEW

    def test_with_the_lease(self):
        assert self.of(lease(), deed()) is PASS


class TestOccupations:
    def of(self, rule: str, *rows: dict[str, Any], **changes: Any) -> dict[str | None, Outcome]:
        return outcomes(tianjin(form(occupations=list(rows)), **changes), rule)

    @pytest.mark.parametrize("code", ["６－３１－０１－０３", "6—31—01—03", "6 31 01 03", "6-31-01-O3"])
    def test_however_the_code_is_printed(self, code: str):
        assert self.of("occupation.not_in_catalogue", occupation(1, "电工", code)) == {"1": PASS}
        assert self.of("occupation.code_mismatch", occupation(1, "电工", code)) == {"1": PASS}

    @pytest.mark.parametrize("name", ["维修电工", "钳工", "汽车机械维修工"])
    def test_a_name_under_anothers_code_is_for_a_person(self, name: str):
        # Names of old, and 工种 of an occupation, go under its code.
        row = occupation(1, name, "6-31-01-03")
        assert self.of("occupation.not_in_catalogue", row) == {"1": REVIEW}
        assert self.of("occupation.code_mismatch", row) == {"1": REVIEW}

    def test_a_name_with_a_slip_and_no_code(self):
        row = occupation(1, "中试烹调师", None)
        unsure = field([row], confidence=0.9, rows=1)
        one = tianjin(form(occupations=unsure))
        assert outcomes(one, "occupation.not_in_catalogue") == {"1": REVIEW}

    @pytest.mark.parametrize(
        ("started", "expected"),
        [
            ("2015-06", PASS),
            ("2015-06-01", PASS),
            ("2015-06-02", FAIL),
            ("2015-07", FAIL),
            ("2015", REVIEW),
            ("2015-13", REVIEW),
            ("2021-07", REVIEW),
            ("1915-06", REVIEW),
            (None, REVIEW),
        ],
    )
    def test_since_when(self, started: str | None, expected: Outcome):
        row = {**occupation(1, "电工", "6-31-01-03"), "started": started}
        assert self.of("occupation.experience_too_short", row) == {"1": expected}

    @pytest.mark.parametrize("trained", [None, -5, "八千", 8000.5, 80002016])
    def test_a_number_that_is_none(self, trained: Any):
        row = {**occupation(1, "电工", "6-31-01-03"), "trained": trained}
        assert self.of("occupation.scale_too_small", row) == {"1": REVIEW}

    def test_a_total_that_is_enough_only_if_one_counts_twice(self):
        rows = [occupation(n, "电工", "6-31-01-03", 1000) for n in (1, 2)]
        envelope = Envelope(received=RECEIVED, scope=Scope.LEAGUE)
        one = dossier(form(occupations=rows), programme="neimenggu-2020", envelope=envelope)
        assert outcomes(one, "occupation.scale_too_small") == {"1": PASS, "2": PASS, None: REVIEW}

    def test_rows_that_were_not_read(self):
        rows = [occupation(n, *one.split(), 600) for n, one in
                ((1, "电工 6-31-01-03"), (2, "车工 6-18-01-01"), (6, "铣工 6-18-01-02"))]  # fmt: skip
        envelope = Envelope(received=RECEIVED, scope=Scope.LEAGUE)
        one = dossier(form(occupations=rows), programme="chifeng-2020", envelope=envelope)
        assert outcomes(one, "occupation.too_many") == {None: REVIEW}
        assert outcomes(one, "occupation.scale_too_small")[None] is REVIEW
        # In Tianjin so many occupations decide on the threshold.
        assert self.of("occupation.scale_too_small", *rows) == {None: REVIEW}


class TestStaff:
    @pytest.mark.parametrize(
        ("number", "confidence", "expected"),
        [
            ("220199900101001", 0.99, FAIL),
            ("220199900101001", 0.9, REVIEW),
            ("00010119900101001x", 0.99, PASS),
            ("000101199002300019", 0.99, FAIL),
            ("0001011990****0001", 0.99, REVIEW),
        ],
    )
    def test_numbers(self, number: str, confidence: float, expected: Outcome):
        people = field([person("样例甲", number)], confidence=confidence, rows=1)
        found = outcomes(dossier(roster(people=people)), "staff.id_number_invalid")
        assert set(found.values()) == {expected}

    def test_one_that_is_not_there_though_the_others_are(self):
        people = [person("样例甲", "000101199001010001"), person("样例乙", None)]
        assert outcomes(dossier(roster(people=people)), "staff.id_number_invalid") == {"样例乙": REVIEW}
        assert outcomes(dossier(roster(people=people[1:])), "staff.id_number_invalid") == {None: NOT_APPLICABLE}

    @pytest.mark.parametrize("name", ["合计", "以下空白", "姓 名", "小计："])
    def test_a_line_of_the_list_that_names_nobody(self, name: str):
        people = [*(person(f"样例{n}", None) for n in range(4)), person(name, None)]
        assert outcome(dossier(roster(people=people)), "staff.too_few") is FAIL
        rows = [occupation(1, "电工", "6-31-01-03", 4000), {**occupation(2, name, None, 4000), "row": None}]
        assert outcomes(tianjin(form(occupations=rows)), "occupation.not_in_catalogue") == {"1": PASS}

    def test_one_person_under_two_spellings_of_a_number(self):
        people = [person(f"样例{n}", "00010119900101001X" if n % 2 else "00010119900101001x") for n in range(5)]
        assert outcome(dossier(roster(people=people)), "staff.too_few") is FAIL


class TestPremises:
    @pytest.mark.parametrize(
        ("area", "expected"), [(1000, PASS), (999.99, FAIL), (0, REVIEW), (None, REVIEW), (1200500, REVIEW)]
    )
    def test_at_the_threshold(self, area: float | None, expected: Outcome):
        rented = lease(floor_area=area if area is not None else field(None, text="一千"))
        assert outcome(dossier(form(), rented), "premises.area_too_small") is expected

    def test_an_agent_is_no_owner(self):
        one = dossier(*without("lease_contract"), lease(lessor="样例市宏远物业管理有限公司样例分公司"))
        assert outcome(one, "lease.lessor_not_owner") is FAIL
        assert outcome(dossier(form(), lease(), deed(owner=f"{OWNER}、李样例")), "lease.lessor_not_owner") is PASS


def test_a_rule_that_is_asked_of_some_only_is_open_where_it_is_not_known_of_whom():
    use = RuleUse(rule="occupation.too_many", basis="样例〔2022〕1号 二", scopes=[Scope.LEAGUE], needs={"count": 1})
    asked = Programme(id="sample", title="样例", document_number="样例〔2022〕1号", rules=[use])
    one = dossier(form())
    for scope, expected in ((Scope.LEAGUE, FAIL), (Scope.REGION, NOT_APPLICABLE), (None, REVIEW)):
        one.envelope.scope = scope
        assert outcomes(one, "occupation.too_many", asked) == {None: expected}


class TestHiding:
    """A document is missing only where no page can be it: pages inside others may begin with its title, badly read."""

    def of(self, *pieces: tuple[str, float, float]) -> Outcome:
        pledge = [one for one in complete() if one.kind == "integrity_pledge"]
        plan = document("implementation_plan", 30)
        plan.pages.append(plan.pages[0].model_copy(update={"page": 31}))
        one = dossier(*(one for one in complete() if one.kind not in {pledge[0].kind, plan.kind}), plan)
        lines = [Line(text=text, box=(left, 0.08, left + 0.04 * len(text), 0.1), confidence=score, extents=[(0.1, 0.2)])
                 for text, left, score in pieces]  # fmt: skip
        one.pages[-1] = page_of(31, lines=[*lines, *page_of(31).lines])
        return outcomes(one, "material.missing")["integrity_pledge"]

    def test_titles(self):
        assert self.of(("诚信承诺书", 0.4, 0.99)) is REVIEW
        assert self.of(("诚信", 0.4, 0.99), ("承诺书", 0.485, 0.99)) is REVIEW
        assert self.of(("诚", 0.4, 0.99), ("信孑苦书", 0.445, 0.6)) is REVIEW
        # A form is known by its labels, too: of what sort the page was taken for does not matter then.
        form_page = page_of(13, "统一社会信用代码法定代表人注册资金联系人职务电子邮箱")
        one = dossier(*(one for one in complete(document("asset_list", 13)) if one.kind != "application_form"))
        one.pages = [form_page if page.number == 13 else page for page in one.pages]
        assert outcomes(one, "material.missing")["application_form"] is REVIEW
        # A title of the plan's own, and a row of a table.
        assert self.of(("工作实施方案", 0.38, 0.99)) is FAIL
        assert self.of(("第二章", 0.1, 0.99), ("组织", 0.8, 0.6)) is FAIL


def test_a_name_cut_off_at_the_end_of_its_line_is_for_a_person():
    cut = dossier(form(), audit(auditee="样例市启明职业培训学校"), programme="tianjin-2020")
    cut.documents[0].fields["name"].value = "样例市启明职业培训学校有限公司"
    assert outcomes(cut, "name.mismatch")["audit_report"] is REVIEW


@pytest.mark.parametrize("text", ["（盖章处", "可通过窗口申请异议处理", "房屋租赁合同编号"])
def test_what_is_no_name_is_for_a_person(text: str):
    one = dossier(*without("lease_contract"), lease(lessee=text, lessor=text))
    assert outcomes(one, "name.mismatch")["lease_contract"] is REVIEW
    assert outcome(one, "lease.lessor_not_owner") is REVIEW
