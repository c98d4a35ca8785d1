"""Whose seal it is, by what several readings of it say together."""

import pytest

from tests.dossier_builder import on_arc
from validators.seal_names import Fit, fit, foreign, gaps

NAME = "样例市启明职业技能培训学校"


@pytest.mark.parametrize(
    "read",
    [
        ["样例市启明职业技能培训学校"],
        # A character that a common word tells was dropped; its room is there.
        ["样例市启明职□技能培训学校"],
        # No other name has its room in the name of the place.
        ["□例市启明职业技能培训学校"],
        # None has it whole, all together have it.
        ["样□市启明职业技能培训学校", "样例市启□职业技能□训学校", "样例市后明职业技能培训学校", "样例市启明职业技能"],
    ],
)
def test_own(read: list[str]):
    assert fit([on_arc(text, len(NAME)) for text in read], NAME) is Fit.OWN


@pytest.mark.parametrize(
    "read",
    [
        # What is dropped tells one organisation from another.
        ["样例市□□职业技能培训学校"],
        ["样例市启□职业技能培训学校"],
        ["样例□启明职业技能培训学校"],
        # 职业技术 is as likely as 职业技能.
        ["样例市启明职业技□培训学校"],
        ["样例市启明职业技□□□学校"],
        # Nothing dropped has left its room.
        ["样例市启明职业培训学校"],
        ["样例启明职业技能培训学校"],
        ["某县样例市启明职业技能培训学校"],
        ["样例市启明职业技能培训学校有限公司"],
        ["东方"],
        [],
    ],
)
def test_open(read: list[str]):
    assert fit([on_arc(text, len(text)) for text in read], NAME) is Fit.OPEN


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("样例市启航职业技能培训学校", NAME),
        ("样例市启明职业技能教育学校", NAME),
        ("样县市启明职业技能培训学校", NAME),
        ("样例市第二职业技能培训学校", "样例市第一职业技能培训学校"),
        ("样例市第一职业技术学院", "样例市第一职业技能学院"),
    ],
)
def test_another_that_differs_in_a_character(read: str, name: str):
    assert fit([on_arc(read)] * 3, name) is Fit.OTHER


def test_brackets_have_their_places_but_need_not_be_read():
    assert fit([on_arc("样例□天津□职业培训学校")], "样例（天津）职业培训学校") is Fit.OWN
    assert fit([on_arc("样例天津职业培训学校")], "样例（天津）职业培训学校") is Fit.OPEN
    assert fit([on_arc("□样例市职业培训学校")], "（样例）职业培训学校") is Fit.OTHER


def test_a_numeral_must_be_read_oftener_than_any_other():
    first, second = on_arc("样例市第一职业培训学校"), on_arc("样例市第二职业培训学校")
    assert fit([first, first, first], "样例市第一职业培训学校") is Fit.OWN
    assert fit([first, first, second, second], "样例市第一职业培训学校") is Fit.OPEN


@pytest.mark.parametrize(
    "read",
    [
        # Three of four readings have the look-alike.
        ["祥例市启明职业技能培训学校"] * 3 + ["样例市启明职业技能培训学校"],
        # What an organisation is called by may begin where the place's name ends.
        ["样例市天□启明职业技能培训学校"],
    ],
)
def test_what_only_another_seal_that_was_read_decides(read: list[str]):
    name = NAME if "天" not in read[0] else "样例市天工启明职业技能培训学校"
    readings = [on_arc(text, len(name)) for text in read]
    assert fit(readings, name) is Fit.OPEN
    assert fit(readings, name, vouched=True) is Fit.OWN


def test_a_gap_on_the_arc_is_a_character_that_does_not_show():
    name = "样例市启明职业技能培训学校"
    assert gaps([on_arc("样例市□明职业技能培训学校")], name) == 1
    assert gaps([on_arc("样例市启明职业技能培训学校")], name) == 0
    # One name is another's, whose characters stand evenly, with none between.
    assert gaps([on_arc("样例市明职业技能培训学校")], name) == 0


def test_what_surely_bears_much_of_its_own_is_anothers_whatever_is_in_doubt():
    other = on_arc("天衡样例会计师事务所（特殊普通合伙）")
    doubted = other.model_copy(update={"scores": [0.6 if place % 4 == 0 else 0.97 for place in range(18)]})
    assert foreign([doubted, doubted], NAME)
    # One reading may be wrong, and so may all where nothing was read surely.
    assert not foreign([other], NAME)
    assert not foreign([other, on_arc(NAME)], NAME)
    unsure = other.model_copy(update={"scores": [0.6] * 18})
    assert not foreign([unsure, unsure], NAME)
    assert not foreign([on_arc("样例市启航职业技术培训学院")] * 3, NAME)
