"""The OCR engine: PaddleOCR's detection and recognition modules, loaded once per process.

The two modules are used apart, not PaddleOCR's pipeline: between finding lines and reading them the page is set
upright, and lines that a table's ruling crosses are cut.
"""

import itertools
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
# A character with at least this score is not in doubt; below it, others of at least that score are its alternatives.
CERTAIN, POSSIBLE = 0.98, 0.005
ALTERNATIVES_MAX = 4


class EngineError(Exception):
    """The OCR engine could not be loaded; the message says what to do."""


@dataclass(frozen=True)
class Reading:
    """What the recogniser read in one line image.

    `centres` holds every character's centre as a fraction of the image's width, `scores` its probability,
    `alternatives` the characters it may be as well, by the place of a character that is in doubt.
    `confidence` is the mean score of the characters, 0 without any.
    """

    text: str
    confidence: float = 0.0
    centres: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()
    alternatives: Mapping[int, tuple[tuple[str, float], ...]] = field(default_factory=dict[int, Any])


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
        predictor = self._recognition.paddlex_predictor
        if not hasattr(predictor, "post_op"):
            raise EngineError(f"引擎 {settings.engine} 不给出逐字得分，请改用 onnxruntime（ocr.engine）。")
        predictor.post_op = _Decoder(predictor.post_op.character)

    def detect(self, image: Image) -> NDArray[np.float32]:
        """Return the quadrilaterals of the lines on `image`, n × 4 × 2 in pixels, clockwise from the top left."""
        polygons = next(iter(self._detection.predict_iter(image, batch_size=1)))["dt_polys"]
        return np.asarray(polygons, dtype=np.float32).reshape(-1, 4, 2)

    def recognise(self, images: Sequence[Image]) -> list[Reading]:
        """Read line images; the answers stand in the order of the images."""
        readings: list[Reading | None] = [None] * len(images)
        for batch in _batches(images):
            results = self._recognition.predict_iter([images[index] for index in batch], batch_size=len(batch))
            for index, result in zip(batch, results, strict=True):
                readings[index] = result["rec_text"]
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


class _Decoder:
    """Decodes CTC probabilities to readings, in the place of PaddleX's own decoder.

    That one gives the mean score of a line; what is known of every single character is lost in it.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        """`characters` by their number; number 0 is the blank between characters."""
        self._characters = characters

    def __call__(
        self, predictions: Sequence[Any], *, wh_ratio_list: Sequence[float], max_wh_ratio: float, **_: Any
    ) -> tuple[list[Reading], list[float]]:
        """Decode a batch, lines × columns × characters, whose lines were padded to the width of `max_wh_ratio`."""
        batch = np.asarray(predictions[0])
        best = batch.argmax(axis=-1)
        readings = [
            self._reading(probabilities, numbers, batch.shape[1] * ratio / max_wh_ratio)
            for probabilities, numbers, ratio in zip(batch, best, wh_ratio_list, strict=True)
        ]
        return readings, [reading.confidence for reading in readings]

    def _reading(self, probabilities: NDArray[np.float32], best: NDArray[np.int64], columns: float) -> Reading:
        """Decode one line; `columns` of its columns are the line, the others are padding."""
        changes = np.flatnonzero(np.diff(best, prepend=0, append=0))
        # A character may spread over several columns: it stands in the one where it is surest.
        places = [
            start + int(probabilities[start:end, best[start]].argmax())
            for start, end in itertools.pairwise(changes.tolist())
            if best[start]
        ]
        if not places:
            return Reading("")
        at = probabilities[places]
        numbers: list[int] = best[places].tolist()
        scores = at[np.arange(len(places)), numbers]
        return Reading(
            text="".join(self._characters[number] for number in numbers),
            confidence=float(scores.mean()),
            centres=tuple(min((place + 0.5) / columns, 1.0) for place in places),
            scores=tuple(min(round(float(score), 4), 1.0) for score in scores),
            alternatives={
                index: found
                for index, number in enumerate(numbers)
                if scores[index] < CERTAIN and (found := self._alternatives(at[index], number))
            },
        )

    def _alternatives(self, probabilities: NDArray[np.float32], chosen: int) -> tuple[tuple[str, float], ...]:
        """Return the likeliest other characters, by their score."""
        likely = np.argpartition(-probabilities, ALTERNATIVES_MAX + 2)[: ALTERNATIVES_MAX + 2]
        ordered = sorted(((float(probabilities[one]), int(one)) for one in likely), reverse=True)
        return tuple(
            (self._characters[one], round(score, 4))
            for score, one in ordered
            if score >= POSSIBLE and one not in (0, chosen)
        )[:ALTERNATIVES_MAX]


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
