"""Rules on rows of the form, people of the rosters, seals and pages, where they get difficult."""

from typing import Any

import pytest

from schemas.document import Document
from schemas.dossier import Dossier, Scope
from schemas.finding import Outcome
from schemas.page import Line, Page
from schemas.programme import Programme, RuleUse
from tests.dossier_builder import (
    APPLICANT,
    ID_NUMBERS,
    audit,
    certificate,
    document,
    dossier,
    field,
    form,
    occupation,
    on_arc,
    page_of,
    person,
    roster,
)
from tests.judging import FAIL, PASS, REVIEW, outcomes
from validators.certainty import may_be_misread


def applied(*rows: dict[str, Any], confidence: float = 0.99, programme: str = "tianjin-2020") -> Dossier:
    """A dossier whose form lists these occupations, all rows read so surely."""
    one = form(occupations=list(rows))
    for place in one.fields["occupations"].rows:
        place.confidence = confidence
    return dossier(one, programme=programme)


class TestOccupations:
    @pytest.mark.parametrize(("confidence", "expected"), [(1.0, FAIL), (0.999, FAIL), (0.95, REVIEW), (0.6, REVIEW)])
    def test_a_code_that_no_entry_has(self, confidence: float, expected: Outcome):
        one = applied(occupation(1, "电工", "6-31-01-08"), confidence=confidence)
        assert outcomes(one, "occupation.code_mismatch") == {"1": expected}

    def test_name_and_code_that_agree_vouch_for_one_another(self):
        one = applied(occupation(1, "电工", "6-31-01-03"), occupation(2, "车工", "6-18-01-01"), confidence=0.6)
        assert outcomes(one, "occupation.code_mismatch") == {"1": PASS, "2": PASS}
        assert outcomes(one, "occupation.duplicate") == {None: PASS}

    def test_another_entrys_code_is_no_misreading(self):
        one = applied(occupation(1, "车工", "6-18-01-02"), confidence=0.9)
        assert outcomes(one, "occupation.code_mismatch") == {"1": FAIL}

    @pytest.mark.parametrize(
        ("code", "expected"),
        [("6-31-01-0", REVIEW), ("-31-01-03", REVIEW), ("6-31-01-C", REVIEW), ("6-31-01-8", FAIL)],
    )
    def test_a_code_of_which_a_character_was_not_read(self, code: str, expected: Outcome):
        one = applied(occupation(1, "电工", code), confidence=1.0)
        assert outcomes(one, "occupation.code_mismatch") == {"1": expected}

    def test_an_open_catalogue_does_not_know_every_edition(self):
        one = applied(occupation(1, "电工", "6-31-01-99"), confidence=1.0, programme="jilin-2022")
        assert outcomes(one, "occupation.code_mismatch") == {"1": REVIEW}

    def test_a_short_name_one_character_off_is_not_taken_for_the_entry(self):
        one = applied(occupation(1, "镗工", "6-18-01-01"), confidence=1.0)
        assert outcomes(one, "occupation.not_in_catalogue") == {"1": REVIEW}
        assert outcomes(one, "occupation.code_mismatch") == {"1": REVIEW}

    def test_what_is_unlike_all_entries_is_not_listed_and_what_may_be_misread_is_left_open(self):
        other = occupation(1, "星空导览员", "4-07-99-02")
        assert outcomes(applied(other), "occupation.not_in_catalogue") == {"1": FAIL}
        near = occupation(1, "餐厅服备员", "4-03-02-08")
        assert outcomes(applied(near, confidence=0.9), "occupation.not_in_catalogue") == {"1": REVIEW}

    def test_class_misread_of_a_known_name(self):
        one = applied(occupation(1, "电工", "8-31-01-03"), programme="jilin-2022")
        assert outcomes(one, "occupation.not_in_catalogue") == {"1": REVIEW}

    def test_a_form_that_is_there_twice_counts_once(self):
        rows = [occupation(1, "电工", "6-31-01-03", 30000)]
        one = dossier(form(1, occupations=rows), form(2, occupations=rows), programme="tianjin-2020")
        assert outcomes(one, "occupation.duplicate") == {None: PASS}
        assert outcomes(one, "occupation.scale_too_small") == {"1": PASS}

    def test_one_name_under_two_codes(self):
        rows = [occupation(1, "电工", "6-31-01-03"), occupation(2, "电工", "6-31-01-08")]
        assert outcomes(applied(*rows), "occupation.duplicate") == {"2": REVIEW}

    def test_blank_rows_may_hide_a_duplicate(self):
        rows = [occupation(1, "电工", "6-31-01-03"), occupation(2, None, "6-18-01-01")]
        assert outcomes(applied(*rows), "occupation.duplicate") == {None: REVIEW}

    def test_scale_of_six(self):
        names = ["电工", "车工", "铣工", "磨工", "茶艺师", "美容师"]
        rows = [occupation(n, name, "6-31-01-03", 8000) for n, name in enumerate(names, 1)]
        found = outcomes(applied(*rows), "occupation.scale_too_small")
        assert found == {**{str(n): PASS for n in range(1, 7)}, None: FAIL}

    @pytest.mark.parametrize(
        ("started", "expected"), [(None, REVIEW), ("2023-01", REVIEW), ("2016-07", PASS), ("2016-08", FAIL)]
    )
    def test_experience(self, started: Any, expected: Outcome):
        one = applied(occupation(1, "电工", "6-31-01-03", started=started))
        assert outcomes(one, "occupation.experience_too_short") == {"1": expected}


def asking(*uses: RuleUse) -> Programme:
    return Programme(id="sample", title="样例", document_number="样例〔2022〕1号", rules=list(uses))


class TestWhatNeitherProgrammeAsks:
    def test_too_many(self):
        asked = asking(RuleUse(rule="occupation.too_many", basis="样例〔2022〕1号 二", needs={"count": 2}))
        rows = [occupation(1, "电工", "6-31-01-03"), occupation(2, "车工", "6-18-01-01")]
        assert outcomes(applied(*rows), "occupation.too_many", asked) == {None: PASS}
        # One that is listed twice is one too many for another rule.
        assert outcomes(applied(*rows, {**rows[0], "row": 3}), "occupation.too_many", asked) == {None: PASS}
        three = [*rows, occupation(3, "铣工", "6-18-01-02")]
        assert outcomes(applied(*three), "occupation.too_many", asked) == {None: FAIL}
        assert outcomes(applied(*three, confidence=0.7), "occupation.too_many", asked) == {None: REVIEW}

    def test_audit_of_a_year_that_the_notice_names(self):
        asked = asking(RuleUse(rule="audit.wrong_year", basis="样例〔2020〕1号 四", needs={"year": 2018}))
        assert outcomes(dossier(audit(fiscal_year=2018)), "audit.wrong_year", asked) == {None: PASS}
        assert outcomes(dossier(audit(fiscal_year=2019)), "audit.wrong_year", asked) == {None: FAIL}

    def test_levels_by_scope(self):
        rule = "occupation.level_not_allowed"
        asked = asking(
            RuleUse(
                rule="occupation.level_not_allowed", basis="甲", scopes=[Scope.LEAGUE], needs={"levels": [5, 4, 3]}
            ),
            RuleUse(rule=rule, basis="乙", scopes=[Scope.REGION, Scope.NATIONAL], needs={"levels": [5, 4, 3, 2, 1]}),
        )
        rows = [
            {**occupation(1, "电工", "6-31-01-03"), "levels": [5, 4, 3]},
            {**occupation(2, "车工", "6-18-01-01"), "levels": [3, 2]},
            {**occupation(3, "铣工", "6-18-01-02"), "levels": []},
        ]

        def of(scope: Scope | None) -> dict[str | None, Outcome]:
            one = applied(*rows)
            one.envelope.scope = scope
            return outcomes(one, rule, asked)

        assert of(Scope.LEAGUE) == {"1": PASS, "2": FAIL, "3": REVIEW}
        assert of(Scope.REGION) == {"1": PASS, "2": PASS, "3": REVIEW}
        # Nobody is turned away for a level that every scope allows.
        assert of(None) == {"1": PASS, "2": REVIEW, "3": REVIEW}


class TestStaff:
    def test_a_row_read_badly_does_not_matter_where_the_others_are_enough(self):
        one = roster(count=5)
        extra = person("样例甲", "000101199001010052")
        listed = [*one.fields["people"].value, extra]  # pyright: ignore[reportGeneralTypeIssues]
        six = roster(people=listed)
        six.fields["people"].rows[5].confidence = 0.4
        assert outcomes(dossier(six), "staff.too_few") == {None: PASS}
        six.fields["people"].rows[4].confidence = 0.4
        assert outcomes(dossier(six), "staff.too_few") == {None: REVIEW}

    def test_people_under_another_lists_heading_are_not_full_time_staff(self):
        # Two lists that were taken for one: the second page has a heading of its own.
        both = roster(5, count=5)
        for place in both.fields["people"].rows[3:]:
            place.place.page = 6
        both.pages.append(both.pages[0].model_copy(update={"page": 6}))
        one = dossier(both)
        assert outcomes(one, "staff.too_few") == {None: PASS}
        one.pages = [page_of(1, "专职工作人员名单"), page_of(5), page_of(6, "考评员名单")]
        assert outcomes(one, "staff.too_few") == {None: REVIEW}

    def test_namesakes_are_two_people(self):
        people = [person("样例甲", number) for number in ID_NUMBERS]
        assert outcomes(dossier(roster(people=people)), "staff.too_few") == {None: PASS}
        people[4] = person("样例甲", None)
        assert outcomes(dossier(roster(people=people)), "staff.too_few") == {None: FAIL}

    def test_a_page_that_may_be_another_list_leaves_it_open(self):
        one = dossier(roster(count=4))
        one.pages.append(page_of(40, "序号 姓名 职务"))
        assert outcomes(one, "staff.too_few") == {None: REVIEW}

    def test_a_number_that_may_be_misread(self):
        people = [person("样例甲", "000101199001010002")]
        one = roster(people=people)
        one.fields["people"].rows[0].confidence = 0.97
        assert outcomes(dossier(one), "staff.id_number_invalid") == {"样例甲": REVIEW}

    def test_the_line_with_the_number_tells_how_surely_it_was_read(self):
        people = [person("样例甲", "000101199001010002")]
        one = roster(people=people)
        place = one.fields["people"].rows[0]
        place.confidence = 0.85
        checked = dossier(one)
        box = place.place.box
        line = Line(text="000101199001010002", box=box, confidence=0.998, extents=[(0.1, 0.2)] * 18)
        checked.pages = [page_of(1, lines=[line])]
        assert outcomes(checked, "staff.id_number_invalid") == {"样例甲": FAIL}

    def test_a_sign_beside_a_number_may_have_been_read_as_one_of_its_figures(self):
        one = roster(people=[person("样例甲", f"1{ID_NUMBERS[0]}")])
        one.fields["people"].rows[0].confidence = 1.0
        assert outcomes(dossier(one), "staff.id_number_invalid") == {"样例甲": REVIEW}

    def test_a_number_of_a_text_layer_is_no_misreading_whatever_its_document_is(self):
        one = roster(people=[person("样例甲", "000101199001010002")])
        one.confidence = 0.95
        one.fields["people"].rows[0].confidence = 1.0
        assert outcomes(dossier(one), "staff.id_number_invalid") == {"样例甲": FAIL}


class TestSeals:
    def sealed(self, text: str | None, confidence: float = 0.95) -> Outcome:
        one: Document = form(seals=1)
        one.seals[0].text, one.seals[0].confidence = text, confidence
        one.seals[0].readings = [on_arc(text)] if text else []
        return outcomes(dossier(one), "seal.name_mismatch")["application_form"]

    @pytest.mark.parametrize(
        ("text", "confidence", "expected"),
        [
            (APPLICANT, 0.95, PASS),
            # No misreading makes a name by chance.
            (APPLICANT, 0.6, PASS),
            # What was dropped left its room, or did not.
            ("样例市启明职□培训学校", 0.95, PASS),
            ("样例市启明职培训学校", 0.95, REVIEW),
            ("□例市启明职业培训学校", 0.95, PASS),
            ("启明职业培训学校", 0.95, REVIEW),
            # A school of the same town: nine of eleven characters are the same.
            ("样例市东方职业培训学校", 0.97, FAIL),
            ("样例市东方职业培训学校", 0.9, REVIEW),
            ("样例市启朋职业培训学校", 0.99, REVIEW),
            ("样例市百货公司", 0.95, FAIL),
        ],
    )
    def test_name(self, text: str, confidence: float, expected: Outcome):
        assert self.sealed(text, confidence) is expected

    def test_one_character_misread_where_the_very_seal_was_read_on_another_page(self):
        pledge = document("integrity_pledge", 9, seals=1)
        near: Document = form(seals=1)
        near.seals[0].text, near.seals[0].confidence = "样例市启朋职业培训学校", 0.9
        found = outcomes(dossier(near, pledge), "seal.name_mismatch")
        assert found == {"application_form": PASS, "integrity_pledge": PASS}
        near.seals[0].confidence = 0.999
        assert outcomes(dossier(near, pledge), "seal.name_mismatch")["application_form"] is REVIEW

    def test_the_seal_may_stand_on_any_page_of_a_form_in_two_parts(self):
        found = outcomes(dossier(form(1, seals=0), form(2, seals=1)), "seal.missing")
        assert found["application_form"] is PASS


class TestPagesTwice:
    TEXT = (
        "房屋租赁合同",
        "甲方将坐落于样例市样例区学府路的房屋出租给乙方使用用途为职业技能培训",
        "租赁期限为五年自二〇二〇年三月一日起至二〇二五年二月二十八日止",
        "年租金为人民币贰拾肆万元整每年三月一日前一次付清",
    )

    def page(self, number: int, *texts: str, confidence: float = 0.99) -> Page:
        lines: list[Line] = []
        for n, text in enumerate(texts):
            box = (0.1, 0.1 + n / 20, 0.9, 0.13 + n / 20)
            lines.append(Line(text=text, box=box, confidence=confidence, extents=[(0, 1)] * len(text)))
        return page_of(number, lines=lines, fingerprint="00ff00ff00ff00ff")

    def found(self, *pages: Page) -> dict[str | None, Outcome]:
        one = dossier(certificate())
        one.pages = list(pages)
        return outcomes(one, "file.duplicate_page")

    def test_read_the_same(self):
        assert self.found(self.page(1, *self.TEXT), self.page(2, *self.TEXT)) == {"p.pdf#2": FAIL}

    def test_lines_in_another_order(self):
        first, *others = self.TEXT
        assert self.found(self.page(1, *self.TEXT), self.page(2, *others, first)) == {"p.pdf#2": FAIL}

    def test_a_character_read_badly(self):
        again = [*self.TEXT[:3], "年租金为人民币贰拾肆万元整每年三月一曰前一次付清"]
        assert self.found(self.page(1, *self.TEXT), self.page(2, *again, confidence=0.9)) == {"p.pdf#2": FAIL}

    def test_a_character_that_differs_for_certain(self):
        again = [*self.TEXT[:3], "年租金为人民币叁拾肆万元整每年三月一日前一次付清"]
        assert self.found(self.page(1, *self.TEXT), self.page(2, *again)) == {"p.pdf#2": REVIEW}

    def test_the_same_form_filled_in_for_another(self):
        again = ["房屋租赁合同", *self.TEXT[1:3], "合同双方另行签订补充协议的以补充协议为准"]
        assert self.found(self.page(1, *self.TEXT), self.page(2, *again)) == {None: PASS}

    def test_many_times(self):
        pages = [self.page(number, *self.TEXT) for number in (1, 2, 3)]
        assert self.found(*pages) == {"p.pdf#2": FAIL, "p.pdf#3": FAIL}


def test_doubt_grows_with_length_and_slips_need_room():
    assert may_be_misread(1, ("样" * 20, 0.99))
    assert not may_be_misread(1, ("样" * 10, 0.99))
    assert not may_be_misread(2, ("样" * 20, 0.99))
    assert not may_be_misread(1, ("样例", 1.0))


def test_a_field_of_the_form_that_is_filled_but_read_badly_is_filled():
    one = dossier(form(legal_representative=field("张?", confidence=0.4)))
    assert outcomes(one, "form.field_missing")["legal_representative"] is PASS
