"""What a value is worth: by its own characters, its check character, and what may be lost of it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opened import all_sheets

from extractors.documents.parsers import credit_code_in, identity_number_in
from extractors.engine import Engine
from extractors.layout import Passage, inside, passage_of
from schemas.page import Alternative, Line, Page, Seal, certainty, certainty_within
from schemas.settings import OcrSettings
from validators.certainty import CHECKED, SURE

DIGITAL = Path(__file__).parent / "resources" / "digital.pdf"
CODE = "91350100M000100Y43"
NUMBER = "11010519491231002X"
SCORES = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=12)


def page_with(
    text: str,
    scores: dict[int, float] | None = None,
    alternatives: dict[int, list[Alternative]] | None = None,
    centres: list[float] | None = None,
) -> Page:
    """A page with one line across it, read surely but for some places."""
    at = centres or [(place + 0.5) / len(text) for place in range(len(text))]
    line = Line(
        text=text,
        box=(0.0, 0.4, 1.0, 0.5),
        confidence=0.95,
        extents=[(centre - 0.001, centre + 0.001) for centre in at],
        scores=[(scores or {}).get(place, 0.999) for place in range(len(text))],
        alternatives=alternatives or {},
    )
    return Page(file="a.pdf", number=1, width=1000, height=1000, source="ocr", lines=[line])


def passage(page: Page) -> Passage:
    return passage_of(page.lines[0], page)


# --- characters ------------------------------------------------------------------------------------------------------


@given(SCORES, st.data())
def test_less_sure_characters_never_make_a_text_surer(scores, data):
    place = data.draw(st.integers(0, len(scores) - 1))
    lower = [*scores]
    lower[place] = data.draw(st.floats(0.001, scores[place]))
    text = "样" * len(scores)
    assert 0 <= certainty(text, lower) <= certainty(text, scores) <= 1


def test_signs_count_only_inside_numbers():
    assert certainty("（样例）", [0.5, 1.0, 1.0, 0.5]) == 1.0
    assert certainty("1.5", [1.0, 0.5, 1.0]) < SURE
    assert certainty("约1.5m2，", [1.0, 1.0, 1.0, 1.0, 0.5, 0.3, 0.4]) == 1.0


def test_a_value_is_not_doubted_for_the_rest_of_its_line():
    page = page_with("代码12345备注", {7: 0.4, 8: 0.5})
    whole = passage(page)
    assert whole.confidence < SURE
    assert whole[2:7].field("12345").confidence == 1.0
    assert inside(page, (0.0, 0.0, 0.7, 1.0)).confidence == 1.0
    assert certainty_within(page.lines[0], "12345") == 1.0
    assert certainty_within(page.lines[0], "5备注") < SURE


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(OcrSettings())


@pytest.fixture(scope="module")
def code_image() -> np.ndarray:
    """The cell of the credit code on the digital page, as it is rendered."""
    (sheet,) = all_sheets(DIGITAL)
    height, width = sheet.image.shape[:2]
    return np.ascontiguousarray(
        sheet.image[int(0.2 * height) : int(0.22 * height), int(0.575 * width) : int(0.79 * width)]
    )


def test_the_recogniser_scores_every_character(engine, code_image):
    (reading,) = engine.recognise([code_image])
    assert reading.text == CODE
    assert len(reading.scores) == len(reading.centres) == len(reading.text)
    assert list(reading.centres) == sorted(reading.centres)
    assert reading.confidence == pytest.approx(np.mean(reading.scores), abs=1e-3)
    assert min(reading.scores) > 0.9


def test_a_smeared_character_is_in_doubt_and_has_alternatives(engine, code_image):
    smeared = code_image.copy()
    left, right = (int(part * smeared.shape[1]) for part in (0.37, 0.45))
    smeared[:, left:right] = cv2.GaussianBlur(smeared, (0, 0), 5)[:, left:right]
    (reading,) = engine.recognise([smeared])
    worst = int(np.argmin(reading.scores))
    assert 0.3 < reading.centres[worst] < 0.55
    assert reading.scores[worst] < 0.9
    assert reading.alternatives[worst]
    assert all(score <= reading.scores[worst] for _, score in reading.alternatives[worst])


# --- check characters ------------------------------------------------------------------------------------------------


def test_a_code_that_holds_is_surer_than_its_characters():
    page = page_with(CODE, {4: 0.8})
    field = credit_code_in(passage(page))
    assert field is not None
    assert field.value == CODE
    assert certainty_within(page.lines[0], CODE) < field.confidence < 1.0


def test_a_misread_code_is_put_right_by_what_the_recogniser_saw_as_well():
    misread = CODE.replace("M", "N")
    field = credit_code_in(passage(page_with(misread, {8: 0.6}, {8: [("M", 0.35), ("W", 0.02)]})))
    assert field is not None
    # The page's text stays what was read; a person has to look.
    assert (field.value, field.text) == (CODE, misread)
    assert field.confidence < SURE


def test_a_code_printed_wrong_stays_wrong():
    wrong = CODE[:-1] + "8"
    for scores, alternatives in (
        ({}, {}),
        ({17: 0.97}, {17: [("3", 0.02)]}),  # hardly any doubt
        ({17: 0.6}, {17: [("B", 0.35), ("3", 0.03)]}),  # what would hold was hardly seen
        ({4: 0.6}, {4: [("6", 0.3)]}),  # doubt elsewhere
        ({4: 0.6, 9: 0.6, 17: 0.6}, {17: [("3", 0.35)]}),  # too much doubt for one right place
    ):
        field = credit_code_in(passage(page_with(wrong, scores, alternatives)))
        assert field is not None
        assert field.value == wrong
    sure = credit_code_in(passage(page_with(wrong)))
    assert sure is not None
    assert sure.confidence >= SURE


def test_two_ways_to_hold_are_none():
    body, last = CODE[:-1], CODE[-1]
    other = body.replace("M", "N")
    # Whichever of two places is put right, the code holds: nobody can tell which was meant.
    fitting = next(
        (place, one)
        for place in range(9, 17)
        for one in "0123456789ABCDEFGHJKLMNPQRTUWXY"
        if (made := credit_code_in(passage(page_with(f"{other[:place]}{one}{other[place + 1 :]}{last}"))))
        and made.confidence == 1.0
        and one != other[place]
    )
    place, one = fitting
    page = page_with(other + last, {8: 0.5, place: 0.5}, {8: [("M", 0.4)], place: [(one, 0.4)]})
    field = credit_code_in(passage(page))
    assert field is not None
    assert field.value == other + last


def test_identity_numbers_alike():
    assert identity_number_in(passage(page_with(NUMBER))).value == NUMBER
    misread = NUMBER.replace("5", "6")
    assert identity_number_in(passage(page_with(misread, {5: 0.55}, {5: [("5", 0.4)]}))).value == NUMBER
    wrong = NUMBER[:-1] + "1"
    assert identity_number_in(passage(page_with(wrong))).value == wrong
    assert identity_number_in(passage(page_with("样例"))) is None


# --- what may be lost ------------------------------------------------------------------------------------------------


def test_a_date_with_a_zero_before_the_month_and_none_before_the_day_is_in_doubt():
    assert passage(page_with("2019年08月1日")).confidence < SURE
    assert passage(page_with("2019年08月01日")).confidence == 1.0
    assert passage(page_with("2019年8月1日")).confidence == 1.0


def test_room_for_a_figure_is_doubt_only_under_a_seal():
    even = [0.1, 0.15, 0.2, 0.25, 0.325, 0.4, 0.475, 0.55, 0.625]
    wide = [*even[:7], 0.6, 0.675]
    for centres, box, sure in (
        (wide, (0.45, 0.3, 0.8, 0.6), False),
        (even, (0.45, 0.3, 0.8, 0.6), True),
        (wide, (0.0, 0.7, 0.3, 0.9), True),
    ):
        page = page_with("2019年1月1日", centres=centres)
        page.seals = [Seal(text=None, confidence=0.9, file=page.file, page=1, box=box)]
        assert (passage(page).confidence >= CHECKED) == sure
