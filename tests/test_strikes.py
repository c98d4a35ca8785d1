"""What is struck out by hand is read, and carries nothing; lines of blanks, rulings and folds strike nothing out."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from typed_pages import typed

from extractors.documents import document_types
from extractors.opening import Sheet
from extractors.reading import Reader
from extractors.strikes import STRUCK_CONFIDENCE
from schemas.document import DocumentKind
from schemas.settings import OcrSettings

HEIGHT, WIDTH = 1754, 1240
LEFT, RIGHT, MIDDLE = 300, 500, 400


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(OcrSettings())


@pytest.mark.parametrize(
    ("strokes", "struck"),
    [
        ([((LEFT - 8, MIDDLE - 2), (RIGHT + 6, MIDDLE + 3))], "1236.40"),
        ([((LEFT - 8, MIDDLE - 5), (RIGHT + 6, MIDDLE - 5)), ((LEFT - 6, MIDDLE + 4), (RIGHT, MIDDLE + 4))], "1236.40"),
        # Nothing, the line of a blank, a ruling over the text, a fold through the page.
        ([], ""),
        ([((LEFT - 30, MIDDLE + 22), (RIGHT + 30, MIDDLE + 22))], ""),
        ([((LEFT - 30, MIDDLE - 26), (RIGHT + 30, MIDDLE - 26))], ""),
        ([((20, MIDDLE), (WIDTH - 20, MIDDLE))], ""),
    ],
)
def test_figures_struck_out(
    reader: Reader, tmp_path: Path, strokes: list[tuple[tuple[int, int], tuple[int, int]]], struck: str
) -> None:
    image = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for row, text in enumerate(("Area", "1236.40", "1326.40", "2021-07-19")):
        cv2.putText(image, text, (LEFT, 312 + 100 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (30, 30, 30), 3)
    for start, end in strokes:
        cv2.line(image, start, end, (110, 50, 40), 3)
    page = reader.read(Sheet("scan.png", 1, image, dpi=150, text_layer=None), tmp_path)
    unsure = "".join(
        character
        for line in page.lines
        for character, score in zip(line.text, line.scores, strict=True)
        if score <= STRUCK_CONFIDENCE
    )
    assert unsure.strip("-—一") == struck
    assert {"Area", "1326.40", "2021-07-19"} <= {line.text for line in page.lines}


def test_of_two_figures_the_one_counts_that_stands() -> None:
    page = typed(
        """
        # 社会培训评价组织基本情况表
        | 序号 | 职业名称 | 职业编码   | 评价人数   | 评价等级   |
        | 1    | 育婴员   | 4-10-01-02 | 734743     | 五级、四级 |
        """
    )
    for line in page.lines:
        if line.text == "734743":
            line.scores = [STRUCK_CONFIDENCE] * 3 + [0.99] * 3
    rows = document_types()[DocumentKind.APPLICATION_FORM].read([page])["occupations"]
    assert isinstance(rows.value, list)
    [row] = rows.value
    assert isinstance(row, dict)
    assert row["trained"] == 743
    assert rows.rows[0].confidence < 0.95
