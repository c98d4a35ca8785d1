"""The OCR engine: PaddleOCR's detection and recognition modules, loaded once per process.

The two modules are used apart, not PaddleOCR's pipeline: between finding lines and reading them the page is set
upright, and lines that a table's ruling crosses are cut.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from extractors import models
from extractors.opening import Image
from schemas.settings import OcrSettings

# Detection runs on the page scaled so that its long side is at most this many pixels.
DETECTION_SIDE = 960
# A batch is padded to its widest line: lines further apart in shape than this are read faster apart.
BATCH_STRETCH = 1.25
BATCH_SIZE = 8


class EngineError(Exception):
    """The OCR engine could not be loaded; the message says what to do."""


@dataclass(frozen=True)
class Reading:
    """What the recogniser read in one line image.

    `confidence` is the mean score of the characters; `centres` holds every character's centre as a fraction of the
    image's width.
    """

    text: str
    confidence: float
    centres: tuple[float, ...]


class Engine:
    """Finds and reads lines of text."""

    def __init__(self, settings: OcrSettings) -> None:
        # PaddleOCR must not look for model hosts when the models are at hand.
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        logging.getLogger("ppocr").setLevel(logging.ERROR)
        try:
            from paddleocr import TextDetection, TextRecognition  # noqa: PLC0415 - loading takes seconds
        except ImportError as error:
            raise EngineError(f"PaddleOCR 无法载入：{error}。请重新安装依赖（make run 会自动完成）。") from error
        logging.getLogger("paddlex").setLevel(logging.ERROR)
        common: dict[str, Any] = {"device": settings.device, "engine": settings.engine}
        if settings.engine == "onnxruntime":
            common["engine_config"] = _engine_config(settings)
        try:
            self._detection: Any = TextDetection(
                **_model(settings.detection_model, models.DETECTION_MODEL, models.detection_folder),
                **common,
                limit_side_len=DETECTION_SIDE,
                limit_type="max",
            )
            self._recognition: Any = TextRecognition(
                **_model(settings.recognition_model, models.RECOGNITION_MODEL, models.recognition_folder), **common
            )
        except Exception as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise EngineError(
                f"OCR 模型无法载入（检测 {settings.detection_model or models.DETECTION_MODEL}，"
                f"识别 {settings.recognition_model or models.RECOGNITION_MODEL}，设备 {settings.device}）：{reason}"
            ) from error

    def detect(self, image: Image) -> NDArray[np.float32]:
        """Return the quadrilaterals of the lines on `image`, n × 4 × 2 in pixels, clockwise from the top left."""
        polygons = next(iter(self._detection.predict_iter(image, batch_size=1)))["dt_polys"]
        return np.asarray(polygons, dtype=np.float32).reshape(-1, 4, 2)

    def recognise(self, images: Sequence[Image]) -> list[Reading]:
        """Read line images; the answers stand in the order of the images."""
        readings: list[Reading | None] = [None] * len(images)
        for batch in _batches(images):
            results = self._recognition.predict_iter(
                [images[index] for index in batch], batch_size=len(batch), return_word_box=True
            )
            for index, result in zip(batch, results, strict=True):
                readings[index] = _reading(result)
        return cast("list[Reading]", readings)


def _model(chosen: str | None, installed: str, folder: Any) -> dict[str, Any]:
    if chosen is None:
        return {"model_name": installed, "model_dir": str(folder())}
    if Path(chosen).is_dir():
        return {"model_dir": chosen}
    return {"model_name": chosen}


def _engine_config(settings: OcrSettings) -> dict[str, Any]:
    threads = settings.threads or os.cpu_count() or 1
    if settings.device == "cpu" and "OpenVINOExecutionProvider" in cast(
        "list[str]", cast("Any", onnxruntime).get_available_providers()
    ):
        return {
            "providers": ["OpenVINOExecutionProvider"],
            "provider_options": {"device_type": "CPU", "num_of_threads": str(threads)},
        }
    return {}


def _batches(images: Sequence[Image]) -> Iterator[list[int]]:
    """Group line images of like shape, by their place in the sequence."""
    ratio = [image.shape[1] / image.shape[0] for image in images]
    batch: list[int] = []
    for index in sorted(range(len(images)), key=lambda index: ratio[index]):
        if batch and (len(batch) == BATCH_SIZE or ratio[index] > max(ratio[batch[0]], 1.0) * BATCH_STRETCH):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _reading(result: Any) -> Reading:
    """Turn PaddleX's answer into a reading; without text there are no word boxes."""
    raw = result["rec_text"]
    if not isinstance(raw, tuple):
        return Reading(str(raw), float(result["rec_score"]), ())
    text, (columns, _, places, _) = cast("tuple[str, tuple[float, Any, list[list[int]], Any]]", raw)
    centres = tuple(min((place + 0.5) / columns, 1.0) for row in places for place in row)
    return Reading(text, float(result["rec_score"]), centres)


def cut_out(image: Image, polygon: NDArray[np.float32]) -> Image:
    """Cut the quadrilateral (4 × 2, clockwise from the top left) out of `image`, straightened."""
    width = int(max(np.linalg.norm(polygon[0] - polygon[1]), np.linalg.norm(polygon[3] - polygon[2])))
    height = int(max(np.linalg.norm(polygon[0] - polygon[3]), np.linalg.norm(polygon[1] - polygon[2])))
    width, height = max(width, 2), max(height, 2)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    transform = cv2.getPerspectiveTransform(polygon.astype(np.float32), corners)
    cut = cv2.warpPerspective(
        image, transform, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return cast("Image", cut)
