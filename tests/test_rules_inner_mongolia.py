"""The Inner Mongolia notices: what they ask by scope, what the city adds, what enterprises are asked."""

from datetime import date
from typing import Any

import pytest

import validators
from schemas.document import Document, DocumentKind
from schemas.dossier import ApplicantType, Dossier, Envelope, Scope
from schemas.finding import Outcome
from schemas.report import Verdict
from tests.dossier_builder import audit, certificate, deed, document, dossier, field, form, lease, occupation, roster
from tests.judging import FAIL, NOT_APPLICABLE, PASS, REVIEW, check, outcome, outcomes

ROWS = [occupation(1, "中式烹调师", "4-03-02-01", 30000), occupation(2, "电工", "6-31-01-03", 30000)]


def packet(*rows: dict[str, Any], **changes: Document | None) -> list[Document]:
    """All that the region asks of one who rents, clean; a change replaces a document by its kind or leaves it out."""
    documents = [
        form(occupations=list(rows or ROWS)),
        certificate(),
        document("implementation_plan", 3),
        document("management_system", 4),
        document("skill_certificate", 5),
        lease(6).model_copy(update={"seals": form(6).seals}),
        document("asset_list", 7),
        audit(8, fiscal_year=2018).model_copy(update={"seals": form(8).seals}),
        document("integrity_pledge", 9, seals=1),
    ]
    kinds = {str(one.kind): one for one in documents}
    return [one for one in {**kinds, **changes}.values() if one is not None]


def region(
    *rows: dict[str, Any],
    scope: Scope | None = Scope.LEAGUE,
    programme: str = "neimenggu-2020",
    received: date = date(2021, 6, 1),
    **changes: Document | None,
) -> Dossier:
    envelope = Envelope(received=received, scope=scope, applicant_type=ApplicantType.TRAINING_INSTITUTION)
    return dossier(*packet(*rows, **changes), programme=programme, envelope=envelope)


@pytest.mark.parametrize("programme", ["neimenggu-2020", "chifeng-2020"])
@pytest.mark.parametrize("scope", Scope)
def test_a_clean_dossier_is_accepted(programme: str, scope: Scope):
    findings = check(region(scope=scope, programme=programme))
    assert [one.message for one in findings if one.outcome in {FAIL, REVIEW}] == []


class TestThresholds:
    def of(self, rule: str, scope: Scope | None, *rows: dict[str, Any]) -> dict[str | None, Outcome]:
        return outcomes(region(*rows, scope=scope), rule)

    @pytest.mark.parametrize(
        ("scope", "each", "total"),
        [(Scope.NATIONAL, 10000, 50000), (Scope.REGION, 1000, 10000), (Scope.LEAGUE, 200, 2000)],
    )
    def test_scale(self, scope: Scope, each: int, total: int):
        rule = "occupation.scale_too_small"
        rows = [occupation(1, "电工", "6-31-01-03", each), occupation(2, "车工", "6-18-01-01", total - each)]
        assert self.of(rule, scope, *rows) == {"1": PASS, "2": PASS, None: PASS}
        rows[0]["trained"] -= 1
        assert self.of(rule, scope, *rows) == {"1": FAIL, "2": PASS, None: FAIL}

    def test_what_the_notice_accepts_instead_is_said(self):
        row = occupation(1, "电工", "6-31-01-03", 100)
        for scope, said in ((Scope.NATIONAL, False), (Scope.REGION, True), (Scope.LEAGUE, True)):
            findings = [one for one in check(region(row, scope=scope)) if one.rule == "occupation.scale_too_small"]
            assert all(one.outcome is FAIL for one in findings)
            assert all(("技能提升行动" in one.message) == said for one in findings)

    def test_scope_unknown_and_under_all_of_them(self):
        rows = [occupation(1, "电工", "6-31-01-03", 199), occupation(2, "车工", "6-18-01-01", 5000)]
        found = self.of("occupation.scale_too_small", None, *rows)
        assert found == {"1": FAIL, "2": REVIEW, None: REVIEW}

    @pytest.mark.parametrize(
        ("scope", "started", "expected"),
        [
            (Scope.NATIONAL, "2015-06", PASS),
            (Scope.NATIONAL, "2015-07", FAIL),
            (Scope.REGION, "2018-06", PASS),
            (Scope.REGION, "2018-07", FAIL),
            (Scope.LEAGUE, "2018-06", PASS),
            (Scope.LEAGUE, "2018-07", FAIL),
            (None, "2015-06", PASS),
            (None, "2015-07", REVIEW),
            (None, "2018-07", FAIL),
        ],
    )
    def test_experience(self, scope: Scope | None, started: str, expected: Outcome):
        row = occupation(1, "电工", "6-31-01-03", 60000, started)
        assert self.of("occupation.experience_too_short", scope, row) == {"1": expected}

    @pytest.mark.parametrize(
        ("scope", "levels", "expected"),
        [
            (Scope.NATIONAL, [5, 4, 3, 2, 1], PASS),
            (Scope.REGION, [2, 1], PASS),
            (Scope.LEAGUE, [5, 4, 3], PASS),
            (Scope.LEAGUE, [3, 2], FAIL),
            (Scope.LEAGUE, [1], FAIL),
            (None, [5, 4, 3], PASS),
            (None, [3, 2], REVIEW),
        ],
    )
    def test_levels(self, scope: Scope | None, levels: list[int], expected: Outcome):
        row = {**occupation(1, "电工", "6-31-01-03"), "levels": levels}
        assert self.of("occupation.level_not_allowed", scope, row) == {"1": expected}


@pytest.mark.parametrize(
    ("stated", "printed", "expected"),
    [
        (None, "league", FAIL),
        (None, "region", PASS),
        (Scope.REGION, "region", PASS),
        # The envelope and the form differ.
        (Scope.REGION, "league", REVIEW),
        (None, None, REVIEW),
    ],
)
def test_the_scope_is_the_envelopes_or_the_forms(stated: Scope | None, printed: str | None, expected: Outcome):
    row = {**occupation(1, "电工", "6-31-01-03"), "levels": [3, 2]}
    one = region(row, scope=stated)
    [filled] = [document for document in one.documents if document.kind is DocumentKind.APPLICATION_FORM]
    if printed is not None:
        filled.fields["scope"] = field(printed)
    assert outcomes(one, "occupation.level_not_allowed") == {"1": expected}


class TestCatalogue:
    @pytest.mark.parametrize(
        ("scope", "expected"),
        [(Scope.NATIONAL, REVIEW), (Scope.REGION, FAIL), (Scope.LEAGUE, FAIL), (None, REVIEW)],
    )
    def test_an_occupation_that_is_not_printed(self, scope: Scope | None, expected: Outcome):
        # 调酒师 stands in Tianjin's catalogue only.
        one = region(occupation(1, "调酒师", "4-03-02-09", 60000), scope=scope)
        assert outcomes(one, "occupation.not_in_catalogue") == {"1": expected}

    @pytest.mark.parametrize("scope", [*Scope, None])
    def test_one_that_is_printed(self, scope: Scope | None):
        one = region(occupation(1, "宠物美容师", "4-10-07-03", 60000), scope=scope)
        assert outcomes(one, "occupation.not_in_catalogue") == {"1": PASS}
        assert outcomes(one, "occupation.code_mismatch") == {"1": PASS}

    @pytest.mark.parametrize("scope", [*Scope, None])
    def test_code_of_another_entry(self, scope: Scope | None):
        one = region(occupation(1, "中式烹调师", "4-03-02-02", 60000), scope=scope)
        assert outcomes(one, "occupation.code_mismatch") == {"1": FAIL}


class TestPapers:
    def test_statements_instead_of_a_report(self):
        statements = document("financial_statements", 8, seals=1, fiscal_year=2018)
        one = region(audit_report=None, financial_statements=statements)
        assert outcomes(one, "material.missing")["audit_report"] is PASS
        assert outcome(one, "audit.wrong_year") is NOT_APPLICABLE
        assert outcome(one, "audit.opinion_adverse") is NOT_APPLICABLE

    def test_a_seal_on_statements_is_asked_only_where_they_are_copies_and_stand_for_the_report(self):
        statements = document("financial_statements", 20, seals=1, fiscal_year=2018)
        bare = statements.model_copy(update={"seals": []})

        def sealed(**changes: Document | None) -> Outcome | None:
            return outcomes(region(**changes), "seal.missing").get("financial_statements")

        assert sealed(audit_report=None, financial_statements=statements) is PASS
        assert sealed(audit_report=None, financial_statements=bare) is REVIEW
        assert sealed(financial_statements=bare) is None

    def test_statements_of_another_year(self):
        statements = document("financial_statements", 8, seals=1, fiscal_year=2019)
        assert outcome(region(audit_report=None, financial_statements=statements), "audit.wrong_year") is REVIEW
        unread = document("financial_statements", 8, seals=1)
        assert outcome(region(audit_report=None, financial_statements=unread), "audit.wrong_year") is REVIEW

    def test_a_report_of_another_year(self):
        one = region(audit_report=audit(8, fiscal_year=2019))
        assert outcome(one, "audit.wrong_year") is FAIL
        statements = document("financial_statements", 20, seals=1, fiscal_year=2018)
        one = region(audit_report=audit(8, fiscal_year=2019), financial_statements=statements)
        assert outcome(one, "audit.wrong_year") is REVIEW
        statements = document("financial_statements", 20, seals=1, fiscal_year=2019)
        one = region(audit_report=audit(8, fiscal_year=2019), financial_statements=statements)
        assert outcome(one, "audit.wrong_year") is FAIL

    def test_neither_report_nor_statements(self):
        one = region(audit_report=None)
        assert outcomes(one, "material.missing")["audit_report"] is FAIL
        assert outcome(one, "audit.wrong_year") is REVIEW

    def test_deed_instead_of_lease_and_credit_report_instead_of_pledge(self):
        own = deed(6, owner="样例市启明职业培训学校")
        credit = document("credit_report", 9, name="样例市启明职业培训学校")
        one = region(lease_contract=None, property_certificate=own, integrity_pledge=None, credit_report=credit)
        assert set(outcomes(one, "material.missing").values()) == {PASS}
        assert outcome(one, "lease.expired") is NOT_APPLICABLE

    @pytest.mark.parametrize(
        ("left_out", "subject"),
        [
            ("lease_contract", "lease_contract"),
            ("asset_list", "asset_list"),
            ("skill_certificate", "skill_certificate"),
            ("integrity_pledge", "credit_report"),
            ("implementation_plan", "implementation_plan"),
            ("management_system", "management_system"),
            ("registration_certificate", "registration_certificate"),
        ],
    )
    def test_left_out(self, left_out: str, subject: str):
        found = outcomes(region(**{left_out: None}), "material.missing")
        assert {key for key, value in found.items() if value is not PASS} == {subject}
        assert found[subject] is FAIL

    def test_rosters_are_not_asked_but_numbers_on_one_are_checked(self):
        assert outcome(region(), "staff.id_number_invalid") is NOT_APPLICABLE
        people = [{"name": "样例甲", "id_number": "000101199001010002"}]
        one = region(staff_roster=roster(20, people=people))
        assert outcomes(one, "staff.id_number_invalid") == {"样例甲": FAIL}

    def test_before_the_notice(self):
        assert outcome(region(received=date(2020, 3, 31)), "window.outside") is FAIL
        assert outcome(region(received=date(2020, 4, 1)), "window.outside") is PASS
        assert outcome(region(received=date(2020, 8, 19), programme="chifeng-2020"), "window.outside") is FAIL
        assert outcome(region(received=date(2020, 8, 20), programme="chifeng-2020"), "window.outside") is PASS


class TestCity:
    def rows(self, count: int) -> list[dict[str, Any]]:
        known = ["电工 6-31-01-03", "车工 6-18-01-01", "铣工 6-18-01-02", "磨工 6-18-01-04", "钳工 6-20-01-01",
                 "保安员 4-07-05-01"]  # fmt: skip
        return [occupation(n, *one.split()) for n, one in enumerate(known[:count], start=1)]

    @pytest.mark.parametrize(
        ("scope", "count", "expected"),
        [
            (Scope.LEAGUE, 5, PASS),
            (Scope.LEAGUE, 6, FAIL),
            (Scope.REGION, 6, NOT_APPLICABLE),
            (None, 6, REVIEW),
        ],
    )
    def test_at_most_five_in_the_city(self, scope: Scope | None, count: int, expected: Outcome):
        one = region(*self.rows(count), scope=scope, programme="chifeng-2020")
        assert outcome(one, "occupation.too_many") is expected

    def test_the_regions_rules_hold_with_the_regions_clauses(self):
        one = region(occupation(1, "电工", "6-31-01-03", 100), programme="chifeng-2020")
        bases = {finding.rule: finding.basis for finding in check(one)}
        assert bases["occupation.scale_too_small"] == "内人社办发〔2020〕38号 二（五）3"
        assert bases["occupation.too_many"].endswith("转发通知 二")
        assert outcomes(one, "occupation.scale_too_small") == {"1": FAIL, None: FAIL}


class TestEnterprises:
    def apply(self, received: date = date(2019, 5, 10), **changes: Any) -> Dossier:
        values = {"certificate_type": "business_licence", **changes}
        envelope = Envelope(received=received, applicant_type=ApplicantType.ENTERPRISE)
        documents = [
            form(),
            certificate(**values),
            document("management_system", 3),
            deed(4, owner="样例市启明职业培训学校"),
        ]
        return dossier(*documents, programme="neimenggu-enterprise-2019", envelope=envelope)

    def test_a_clean_dossier_is_accepted(self):
        findings = check(self.apply())
        assert [one.message for one in findings if one.outcome in {FAIL, REVIEW}] == []
        assert validators.verdict(findings) is Verdict.ACCEPT

    @pytest.mark.parametrize("kind", ["private_nonenterprise", "social_organisation", "public_institution"])
    def test_only_enterprises_may_apply(self, kind: str):
        # The applicant's name ends in 学校; no clause lets schools apply.
        assert outcome(self.apply(certificate_type=kind), "organisation.ineligible") is FAIL

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2018, 12, 31), FAIL),
            (date(2019, 5, 19), PASS),
            (date(2019, 5, 20), REVIEW),
            (date(2019, 5, 21), FAIL),
            (date(2020, 5, 10), FAIL),
        ],
    )
    def test_by_20_may_2019(self, day: date, expected: Outcome):
        assert outcome(self.apply(received=day), "window.outside") is expected
