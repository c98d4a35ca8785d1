"""Lines are read whatever their shape: the padding that the model needs moves no character."""

import cv2
import numpy as np
import pytest

from extractors.engine import Decoder, Engine
from extractors.opening import Image
from schemas.settings import OcrSettings


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(OcrSettings())


def _line(text: str, height: int = 60) -> Image:
    """Print a line that fills its image from edge to edge but for a small margin."""
    (width, tall), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 3)
    image = np.full((60, width + 16, 3), 245, np.uint8)
    cv2.putText(image, text, (8, 30 + tall // 2), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 20), 3)
    return cv2.resize(image, None, fx=height / 60, fy=height / 60, interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("text", ["27", "1985", "2021-03", "91350100M000100Y43", "0123456789" * 4])
def test_characters_stand_where_they_are_printed(engine: Engine, text: str):
    (reading,) = engine.recognise([_line(text)])
    assert reading.text == text
    # Every character has its share of the line, however much narrower that is than what the model reads.
    printed = [
        (8 + cv2.getTextSize(text[: place + 1], cv2.FONT_HERSHEY_SIMPLEX, 1.2, 3)[0][0]) / _line(text).shape[1]
        for place in range(len(text))
    ]
    assert all(abs(centre - end) < 1.2 / len(text) for centre, end in zip(reading.centres, printed, strict=True))
    assert reading.centres == tuple(sorted(reading.centres))


def test_a_line_reads_alike_beside_others(engine: Engine):
    lines = [_line("1985"), _line("0123456789" * 3), _line("27", height=36)]
    together = engine.recognise(lines)
    assert together == [engine.recognise([line])[0] for line in lines]
    assert [reading.text for reading in together] == ["1985", "0123456789" * 3, "27"]


def test_no_lines_are_no_readings(engine: Engine):
    assert engine.recognise([]) == []


def test_which_dash_it_is_is_no_doubt(engine: Engine):
    """Long dashes between figures are read as one dash or another: as sure as the figures, and no alternative."""
    image = _line("6     18     02     01")
    for start in (40, 250, 440):
        cv2.line(image, (start, 30), (start + 30, 30), (20, 20, 20), 3)
    dashes = [
        (score, reading.alternatives.get(place, ()))
        for reading in engine.recognise([image])
        for place, (character, score) in enumerate(zip(reading.text, reading.scores, strict=True))
        if character in "-—–"
    ]
    assert dashes
    assert all(other not in "-—–" for _, others in dashes for other, _ in others)


def test_which_form_of_a_character_it_is_is_no_doubt():
    """贰 and 貳, 叁 and 参 in a date say the same: what the model is not sure of there is nothing that anyone asks."""
    characters = ["", "贰", "貳", "戴", "叁", "参"]
    seen = np.array([[0, 0.6, 0.38, 0.02, 0, 0], [1, 0, 0, 0, 0, 0], [0.01, 0, 0, 0, 0.69, 0.3]], np.float32)
    reading = Decoder(characters).reading(seen, 3)
    assert (reading.text, reading.scores) == ("贰叁", (0.98, 0.99))
    assert reading.alternatives == {}
