"""What another applicant's dossier holds too: which pages are one, which people, and what it comes to."""

from pathlib import Path
from typing import Any

import pytest
from judging import FAIL, NOT_APPLICABLE, PASS, REVIEW, outcomes

from flows.database import open_database
from flows.register import Register
from schemas.dossier import Dossier
from schemas.elsewhere import Applicant, Elsewhere
from schemas.finding import Outcome
from schemas.page import Line, Page
from tests.dossier_builder import (
    APPLICANT,
    ID_NUMBERS,
    deed,
    document,
    dossier,
    form,
    lease,
    page_of,
    person,
    roster,
)
from validators import programmes
from validators.reuse import are_two, entry_of, find_elsewhere

OTHER = {"name": "某地远航技工学校", "credit_code": "92440300M000200X5B", "legal_representative": "李某人"}
ONE, TWO = "jilin-2022", "tianjin-2020"

RULES = (
    "第一条为规范职业技能等级认定工作，明确岗位职责，结合单位实际，制定本制度。",
    "第二条经费实行专户核算，支出由经办人、部门负责人和单位负责人逐级审批，每半年公布一次收支情况。",
    "第三条考评人员须持证上岗，实行回避制度，不得对与自己有利害关系的人员进行考评。",
    "第四条认定档案一期一卷，纸质档案保存不少于五年，电子档案长期保存并异地备份。",
)


def written(number: int, *texts: str, step: float = 0.03, confidence: float = 0.99) -> Page:
    """A page of those lines, one under the other."""
    lines = [
        Line(
            text=text,
            box=(0.1, 0.1 + step * row, 0.1 + len(text) * 0.015, 0.12 + step * row),
            confidence=confidence,
            extents=[],
        )
        for row, text in enumerate(texts)
    ]
    return page_of(number, lines=lines)


def first(*pages: Page, **changes: Any) -> Dossier:
    """The applicant's dossier: form, list of full-time staff, and those pages."""
    one = dossier(form(), roster(5), programme=ONE, **changes)
    one.pages = [page_of(1), page_of(5, "专职工作人员名单"), *pages]
    return one


def second(*pages: Page, staff: list[dict[str, Any]] | None = None, **values: str) -> Dossier:
    """Another's dossier."""
    people = {"people": staff} if staff is not None else {}
    documents = [form(**{**OTHER, **values}), document("staff_roster", 6, role="full_time", **people)]
    two = dossier(*documents, programme=TWO, name="另一份")
    two.pages = [page_of(2), page_of(6, "专职工作人员名单"), *pages]
    return two


def compared(one: Dossier, *others: Dossier) -> Dossier:
    entry, *rest = (entry_of(each, programmes.load(each.programme)) for each in (one, *others))
    return one.model_copy(update={"elsewhere": find_elsewhere(entry, rest)})


def pages_reused(one: Dossier, *others: Dossier) -> dict[str | None, Outcome]:
    return outcomes(compared(one, *others), "cross.page_reused")


class TestPages:
    STATEMENT = (f"{APPLICANT}情况说明", *RULES)

    def test_a_page_with_a_name_or_long_numbers(self):
        for texts in (self.STATEMENT, (*RULES, "证书编号：220100199912345678")):
            one, two = first(written(9, *texts)), second(written(9, *texts))
            for each in (one, two):
                each.documents.append(document("skill_certificate", 9))
            assert pages_reused(one, two) == {"p.pdf#9": FAIL}
            assert pages_reused(two, one) == {"p.pdf#9": FAIL}

    def test_a_page_in_another_order_and_scale_with_slips(self):
        again = [*reversed(RULES[1:]), RULES[0].replace("职责", "职贵"), f"{APPLICANT}情况说明"]
        other = written(9, *again, step=0.02, confidence=0.95)
        assert pages_reused(first(written(9, *self.STATEMENT)), second(other)) == {"p.pdf#9": FAIL}

    def test_the_same_form_for_another(self):
        other = written(9, f"{OTHER['name']}情况说明", *RULES)
        assert pages_reused(first(written(9, *self.STATEMENT)), second(other)) == {None: PASS}

    def test_words_without_names_and_numbers_are_not_enough(self):
        assert pages_reused(first(written(9, *RULES)), second(written(9, *RULES))) == {"p.pdf#9": REVIEW}
        third = dossier(form(name="样例县百工职业学校", credit_code="52110000M00030008F"), programme=TWO, name="第三份")
        third.pages = [written(7, *RULES)]
        assert pages_reused(first(written(9, *RULES)), second(written(9, *RULES)), third) == {None: PASS}

    def test_numbers_read_as_lines_of_their_own_leave_it_the_same_page(self):
        texts = [f"4.{number}{text}" for number, text in enumerate((*RULES, *(text[::-1] for text in RULES)), start=1)]
        whole, parted = written(9, *texts), written(9, *texts)
        for line in parted.lines[:4]:
            left, top, right, bottom = line.box
            number = line.model_copy(update={"text": line.text[:3], "box": (left, top, left + 0.045, bottom)})
            parted.lines.append(number)
            line.text, line.box = line.text[3:], (left + 0.06, top, right, bottom)
        assert pages_reused(first(whole), second(parted)) == {"p.pdf#9": REVIEW}

    def test_the_same_words_set_anew_are_another_page(self):
        lines = "".join(RULES)
        anew = [lines[place : place + 30] for place in range(0, len(lines), 30)]
        assert pages_reused(first(written(9, *RULES)), second(written(9, *anew))) == {None: PASS}

    def test_few_words_are_like_many_others(self):
        texts = ("社会培训评价组织申报材料", APPLICANT)
        assert pages_reused(first(written(9, *texts)), second(written(9, *texts))) == {None: PASS}

    def test_a_picture(self):
        def picture(fingerprint: str) -> Page:
            return page_of(9, lines=[], fingerprint=fingerprint)

        one = first(picture("8f3a5c6d7e1b2940"))
        assert pages_reused(one, second(picture("8f3a5c6d7e1b2941"))) == {"p.pdf#9": REVIEW}
        assert pages_reused(one, second(picture("8f3a5c6d7e1b26bf"))) == {None: PASS}
        assert pages_reused(first(page_of(9, lines=[], source="blank")), second(picture("8f3a5c6d7e1b2940"))) == {
            None: PASS
        }

    def test_papers_of_third_parties(self):
        texts = ("不动产权证书", *RULES, f"权利人：{APPLICANT}", "不动产单元号 220102003001GB00001F00010001")
        kinds = {"property_certificate": REVIEW, "audit_report": FAIL, "certificate_specimen": PASS}
        for kind, expected in kinds.items():
            one, two = first(written(9, *texts)), second(written(9, *texts))
            for each in (one, two):
                each.documents.append(document(kind, 9))
            found = pages_reused(one, two)
            assert set(found.values()) == {expected}, kind

    def test_an_auditors_licence_without_the_applicants_name(self):
        texts = ("会计师事务所执业证书", *RULES, "证书编号 220100000012 0001234567")
        assert pages_reused(first(written(9, *texts)), second(written(9, *texts))) == {"p.pdf#9": REVIEW}

    def test_the_licence_of_a_common_lessor_is_nobodys_own(self):
        licence = {"name": "样例市宏远物业管理有限公司", "credit_code": "91350100M000100Y43"}
        page = written(9, "营业执照", *RULES, licence["name"], licence["credit_code"])
        one, two = first(page), second(page)
        for each in (one, two):
            each.documents += [lease(), deed(), document("registration_certificate", 9, **licence)]
        assert pages_reused(one, two) == {None: PASS}

    def test_an_applicant_who_is_not_known(self):
        one, two = first(written(9, *self.STATEMENT)), second(written(9, *self.STATEMENT))
        two.documents = []
        assert pages_reused(one, two) == {"p.pdf#9": REVIEW}

    def test_a_dossier_that_was_not_compared(self):
        assert outcomes(first(), "cross.page_reused") == {None: NOT_APPLICABLE}
        assert outcomes(first(), "cross.person_reused") == {None: NOT_APPLICABLE}


class TestPeople:
    def reused(self, *staff: dict[str, Any], **values: str) -> dict[str | None, Outcome]:
        return outcomes(compared(first(), second(staff=list(staff), **values)), "cross.person_reused")

    def test_one_number_in_two_lists_of_full_time_staff(self):
        assert self.reused(person("样例2", ID_NUMBERS[2])) == {"样例2": FAIL}
        assert self.reused(person("样例2", ID_NUMBERS[2]), person("样例0", ID_NUMBERS[0])) == {
            "样例0": FAIL,
            "样例2": FAIL,
        }

    def test_a_name_alone_is_no_evidence(self):
        assert self.reused(person("样例2", None)) == {None: PASS}
        assert self.reused(person("样例2", "000101199001010052")) == {None: PASS}

    def test_one_number_under_another_name(self):
        assert self.reused(person("欧阳某某", ID_NUMBERS[2])) == {"样例2": REVIEW}

    def test_a_number_that_is_not_valid(self):
        broken = "000101199001010029"
        one = first()
        one.documents[1] = roster(people=[person("样例2", broken)])
        two = second(staff=[person("样例2", broken)])
        assert outcomes(compared(one, two), "cross.person_reused") == {None: NOT_APPLICABLE}

    def test_an_expert_of_another(self):
        two = second(staff=[person("样例2", ID_NUMBERS[2])])
        two.documents[1].fields["role"].value = "expert"
        two.pages[1] = page_of(6, "专家名单")
        assert outcomes(compared(first(), two), "cross.person_reused") == {"样例2": REVIEW}
        assert outcomes(compared(two, first()), "cross.person_reused") == {None: NOT_APPLICABLE}

    def test_the_same_applicant(self):
        assert self.reused(person("样例2", ID_NUMBERS[2]), name=APPLICANT) == {None: PASS}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"names": [APPLICANT]}, {"names": [APPLICANT], "credit_codes": ["92440300M000200X5B"]}, False),
        ({"credit_codes": ["92440300M000200X5B"]}, {"credit_codes": ["92440300M000200X5B"]}, False),
        ({"names": ["样例市第一职业学校"]}, {"names": ["样例市第二职业学校"]}, None),
        (
            {"names": ["样例市第一职业学校"], "credit_codes": ["52110000M00030008F"]},
            {"names": ["样例市第二职业学校"], "credit_codes": ["92440300M000200X5B"]},
            True,
        ),
        ({"credit_codes": ["92440300M000200X5B"]}, {"credit_codes": ["92440300M000200X58"]}, None),
        ({"names": [APPLICANT]}, {"credit_codes": ["92440300M000200X58"]}, None),
        ({"names": [APPLICANT]}, {"names": ["某地远航技工学校"]}, True),
    ],
)
def test_two_applicants(one: dict[str, Any], other: dict[str, Any], expected: bool | None):
    assert are_two(Applicant(**one), Applicant(**other)) is expected


class TestRegister:
    def test_it_tells_and_remembers_what_it_told(self, tmp_path: Path):
        one, two = (
            entry_of(each, programmes.load(each.programme))
            for each in (first(written(9, *TestPages.STATEMENT)), second(written(8, *TestPages.STATEMENT)))
        )
        database = open_database(f"sqlite:///{tmp_path}/heyan.sqlite")
        register = Register(database)
        assert register.enter(one) == Elsewhere()
        assert not register.has_news(one.programme, one.dossier)
        assert [page.holder.dossier for page in register.enter(two).pages] == [one.dossier]
        again = Register(open_database(database.url))
        assert again.has_news(one.programme, one.dossier)
        assert [(page.file, page.holder.page) for page in again.enter(one).pages] == [("p.pdf", 8)]
        assert not again.has_news(one.programme, one.dossier)
        assert not again.has_news(two.programme, two.dossier)
        again.enter(two.model_copy(update={"pages": []}))
        assert again.has_news(one.programme, one.dossier)
