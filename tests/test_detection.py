"""Lines are found where PaddleOCR's own module finds them."""

from pathlib import Path

import numpy as np
import pytest
from paddleocr import TextDetection

from extractors import models
from extractors.detection import Detector
from extractors.engine import DETECTION_SIDE
from extractors.models import Network
from extractors.opening import Image, open_sheets
from schemas.settings import Limits, OcrSettings

PACKETS = Path(__file__).parents[1] / "samples" / "packets"


def page(path: str) -> Image:
    (sheet,) = open_sheets(PACKETS / path, path, Limits(), range(1, 2))
    return sheet.image


@pytest.fixture(scope="module")
def pages() -> list[Image]:
    scanned, photographed = page("jilin-2022/JL-0001/packet.pdf"), page("neimenggu-2020/NM-0002/IMG_0006.jpg")
    # Wide, higher than it is wide, smaller than the network likes, and without any line.
    return [scanned, photographed, scanned[300:420], scanned[:, 200:260], scanned[:20, :30], np.full_like(scanned, 255)]


def test_the_boxes_are_those_of_paddleocr(pages: list[Image]) -> None:
    module = TextDetection(
        model_dir=str(models.detection_folder()),
        model_name=models.DETECTION_MODEL,
        engine="onnxruntime",
        device="cpu",
        engine_config={"providers": ["CPUExecutionProvider"]},
        limit_side_len=DETECTION_SIDE,
        limit_type="max",
    )
    predictor = module.paddlex_predictor
    detector = Detector(Network(lambda batch: predictor.runner(x=[batch])[0], predictor.config), DETECTION_SIDE)
    counts = []
    for image in pages:
        expected = np.asarray(module.predict(image)[0]["dt_polys"], np.float32).reshape(-1, 4, 2)
        np.testing.assert_array_equal(detector.find(image), expected)
        counts.append(len(expected))
    assert counts[0] > 10
    assert counts[1] > 10
    assert counts[-1] == 0


def test_a_model_at_hand_is_run_as_paddleocr_would(pages: list[Image]) -> None:
    network = models.detection(OcrSettings(threads=1))
    found = Detector(network, DETECTION_SIDE).find(pages[0])
    assert len(found) > 10
    assert found.min() >= 0
    assert (found.max(axis=(0, 1)) <= np.array(pages[0].shape[1::-1])).all()
