"""Credit codes, identity numbers, occupation codes, telephone numbers and e-mail addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from extractors.values.codes import (
    credit_code_holds,
    find_credit_codes,
    find_identity_numbers,
    find_occupation_codes,
    identity_number_holds,
)
from extractors.values.contacts import find_emails, find_phones

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODES = st.builds(
    lambda head, region, rest: (body := head + region + rest) + uscc.calc_check_digit(body),
    st.sampled_from(["91", "52", "51", "12", "A1", "N2", "Y1"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)
PLACES = st.integers(0, 17)


@given(CODES)
def test_a_credit_code_is_found_with_and_without_spaces(code):
    for printed in (code, code.lower(), f"{code[:2]} {code[2:8]} {code[8:17]} {code[17]}"):
        text = f"统一社会信用代码：{printed}（1-1）"
        (found,) = find_credit_codes(text)
        assert (found.value, found.valid, found.repaired) == (code, True, False)
        assert text[found.start : found.end] == printed


@given(CODES, PLACES, st.sampled_from(ALPHABET))
def test_a_credit_code_with_one_wrong_character_is_never_made_valid(code, place, other):
    wrong = code[:place] + other + code[place + 1 :]
    # A letter among the digits of the region is a misreading for sure; any other change may be on the paper.
    if other == code[place] or (2 <= place < 8 and not other.isdigit()) or place < 2:
        return
    (found,) = find_credit_codes(wrong)
    assert not found.valid
    assert found.value == wrong


@given(CODES)
def test_letters_that_no_code_holds_are_read_as_digits_and_noted(code):
    misread = code.translate(str.maketrans("0152", "OISZ"))
    (found,) = find_credit_codes(misread) if sum(one.isdigit() for one in misread) >= 6 else (None,)
    if found is not None:
        assert (found.value, found.valid, found.repaired) == (code, True, misread != code)


def test_a_likely_misreading_is_named_but_not_made():
    body = "91350100M00810000"
    code = body + uscc.calc_check_digit(body)
    (found,) = find_credit_codes(code.replace("M008", "M00B"))
    assert (found.value, found.valid) == (code.replace("M008", "M00B"), False)
    assert code in found.near


def test_a_credit_code_of_a_wrong_length_is_seen_as_one():
    for wrong in ("91350100M000100Y4", "91350100M000100Y433"):
        (found,) = find_credit_codes(f"代码{wrong}")
        assert (found.value, found.valid) == (wrong, False)


@pytest.mark.parametrize(
    "text", ["11010519491231002X", "13800000000", "注册号150404000012345", "20200301", "ABCDEFGHJKLMNPQRTU"]
)
def test_other_numbers_are_no_credit_codes(text):
    assert find_credit_codes(text) == []


def test_letters_of_the_authority():
    body = "N2110105MA0000001"
    assert credit_code_holds(body + uscc.calc_check_digit(body))
    assert not credit_code_holds("91350100M000100Y4I")


@given(
    st.text("0123456789", min_size=5, max_size=5),
    st.dates().filter(lambda day: 1900 <= day.year <= 2020),
    st.text("0123456789", min_size=3, max_size=3),
)
def test_identity_numbers(region, born, order):
    body = f"1{region}{born:%Y%m%d}{order}"
    number = body + ric.calc_check_digit(body + "0")
    assert identity_number_holds(number)
    (found,) = find_identity_numbers(f"身份证号{number.lower()}，")
    assert (found.value, found.valid) == (number, True)
    wrong = body + ("0" if number[-1] != "0" else "1")
    assert [one.valid for one in find_identity_numbers(wrong)] == [False]


def test_an_identity_number_with_a_day_that_is_none():
    body = "11010520210230001"
    assert [one.valid for one in find_identity_numbers(body + ric.calc_check_digit(body + "0"))] == [False]


@pytest.mark.parametrize(
    "text",
    ["4-03-02-01", "4—03—02—01", "4–03–02–01", "4－03－02－01", "4一03一02一01", "4_03_02_01", "4·03·02·01",
     "4 03 02 01", "4030201", "4-0302-01", "4-O3-O2-Ol", "４－０３－０２－０１", "4 - 03 - 02 - 01"],
)  # fmt: skip
def test_occupation_codes(text):
    assert [found.value for found in find_occupation_codes(f"（{text}）")] == ["4-03-02-01"]


@pytest.mark.parametrize("text", ["2020-03-01", "13800000000", "9-03-02-01", "4-03-02", "15040319900101"])
def test_what_is_no_occupation_code(text):
    assert find_occupation_codes(text) == []


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("13800000000", ["13800000000"]),
        ("138 0000 0000", ["13800000000"]),
        ("0476-8330001", ["0476-8330001"]),
        ("（0476）8330001", ["(0476)8330001"]),
        ("022—23000000", ["022-23000000"]),
        ("400-000-0000", ["400-000-0000"]),
        ("8330001", ["8330001"]),
        ("110105194912310021", []),
    ],
)
def test_phones(text, phones):
    assert [found.value for found in find_phones(text)] == phones


def test_emails():
    assert [found.value for found in find_emails("jinmen@yangli.example 与 a@example.con")] == ["jinmen@yangli.example"]
    assert [found.value for found in find_emails("电子邮箱：yangli＠example。com；b.c@mail.example.cn")] == [
        "yangli@example.com",
        "b.c@mail.example.cn",
    ]
