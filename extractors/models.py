"""PaddleOCR's modules with their models: a model is a folder with an `inference.onnx` beside an `inference.yml`.

The PP-OCRv6 small weights come in the wheel of `rapidocr` as bare ONNX files. PaddleOCR wants a folder with the
model's preprocessing and, for a recogniser, its characters, which the ONNX file carries in its own metadata.
Models that are only named, PaddleOCR fetches itself.
"""

import importlib.metadata
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from schemas.settings import OcrSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DETECTION_MODEL = "PP-OCRv6_small_det"
RECOGNITION_MODEL = "PP-OCRv6_small_rec"
ONNXRUNTIME = "onnxruntime"

OPENVINO, CUDA, CPU = (f"{name}ExecutionProvider" for name in ("OpenVINO", "CUDA", "CPU"))

_DECODE_IMAGE = {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}

_DETECTION: dict[str, Any] = {
    "Global": {"model_name": DETECTION_MODEL},
    "PreProcess": {
        "transform_ops": [
            _DECODE_IMAGE,
            {"DetResizeForTest": None},
            {
                "NormalizeImage": {
                    "mean": [0.485, 0.456, 0.406],
                    "std": [0.229, 0.224, 0.225],
                    "scale": 1 / 255,
                    "order": "hwc",
                }
            },
            {"ToCHWImage": None},
            {"KeepKeys": {"keep_keys": ["image", "shape", "polys", "ignore_tags"]}},
        ]
    },
    "PostProcess": {
        "name": "DBPostProcess",
        "thresh": 0.3,
        "box_thresh": 0.5,
        "max_candidates": 3000,
        "unclip_ratio": 1.6,
    },
}

_RECOGNITION: dict[str, Any] = {
    "Global": {"model_name": RECOGNITION_MODEL},
    "PreProcess": {
        "transform_ops": [
            _DECODE_IMAGE,
            {"RecResizeImg": {"image_shape": [3, 48, 320]}},
            {"KeepKeys": {"keep_keys": ["image", "label_ctc", "label_gtc", "length", "valid_ratio"]}},
        ]
    },
    "PostProcess": {"name": "CTCLabelDecode"},
}


class EngineError(Exception):
    """The OCR engine could not be loaded; the message says what to do."""


@dataclass(frozen=True)
class Recogniser:
    """A recognition model that is ready.

    `run` takes lines, n × 3 × height × width, and gives the probabilities of characters, n × columns × characters;
    `characters` by their number.
    """

    run: "Callable[[NDArray[np.float32]], NDArray[np.float32]]"
    characters: Sequence[str]


def detection(settings: OcrSettings, side: int) -> Any:
    """Load PaddleOCR's module that finds lines, on images scaled to at most `side` pixels. Raises EngineError."""
    # Faint or broken lines are found otherwise in half precision.
    model = _model(settings.detection_model, DETECTION_MODEL, detection_folder)
    return _module("TextDetection", model, settings, "float32", limit_side_len=side, limit_type="max")


def recognition(settings: OcrSettings) -> Recogniser:
    """Load PaddleOCR's module that reads lines. Raises EngineError."""
    model = _model(settings.recognition_model, RECOGNITION_MODEL, recognition_folder)
    predictor: Any = _module("TextRecognition", model, settings, recognition_precision(settings)).paddlex_predictor
    if not hasattr(predictor, "runner"):
        raise EngineError(f"引擎 {settings.engine} 不给出逐字得分，请改用 onnxruntime（ocr.engine）。")

    def run(batch: "NDArray[np.float32]") -> "NDArray[np.float32]":
        return cast("NDArray[np.float32]", predictor.runner(x=[batch])[0])

    return Recogniser(run, predictor.post_op.character)


def recognition_precision(settings: OcrSettings) -> str:
    """Return what recognition computes in: `bfloat16` where the processor does so by itself, or `float32`."""
    own = settings.engine == ONNXRUNTIME and settings.device == "cpu" and OPENVINO in available()
    return "bfloat16" if own and _has_bfloat16() else "float32"


def providers(settings: OcrSettings, precision: str) -> dict[str, dict[str, str]]:
    """Return ONNX Runtime's execution providers for a device, best first, with their options. Raises EngineError."""
    kind, _, number = settings.device.partition(":")
    if kind == "gpu" and (not number or number.isdecimal()):
        if CUDA not in available():
            raise EngineError(
                f"设备 {settings.device} 不能用：这里安装的 onnxruntime 没有 CUDA，请安装 heyan[gpu] 并检查显卡驱动，"
                "或改用 cpu（ocr.device）。"
            )
        # Lines come in a hundred widths: the best way to compute each is not looked for by trying all.
        return {CUDA: {"device_id": number or "0", "cudnn_conv_algo_search": "HEURISTIC"}, CPU: {}}
    if kind != "cpu" or number:
        raise EngineError(f"没有这种设备：{settings.device}（ocr.device 应为 cpu 或 gpu:0）。")
    if OPENVINO not in available():
        return {CPU: {}}
    # Left to itself OpenVINO binds its thread to the first core, that of every worker to the same one.
    computing = {"ENABLE_CPU_PINNING": "NO"}
    if precision == "bfloat16":
        # The provider computes in float32 unless told otherwise, which takes nearly twice as long.
        computing["INFERENCE_PRECISION_HINT"] = "bf16"
    options = {"device_type": "CPU", "num_of_threads": str(_threads(settings))}
    options["load_config"] = json.dumps({"CPU": computing})
    return {OPENVINO: options}


def detection_folder() -> Path:
    """Return the folder of the installed detection model, made on first use."""
    return _folder(DETECTION_MODEL, "PP-OCRv6_det_small.onnx", _DETECTION)


def recognition_folder() -> Path:
    """Return the folder of the installed recognition model, made on first use."""
    return _folder(RECOGNITION_MODEL, "PP-OCRv6_rec_small.onnx", _RECOGNITION)


def _folder(name: str, weights: str, configuration: dict[str, Any]) -> Path:
    folder = _cache() / f"{name}-{importlib.metadata.version('rapidocr')}"
    if (folder / "inference.yml").is_file():
        return folder
    source = Path(str(files("rapidocr"))) / "models" / weights
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Another process may be making the same folder: build aside, then rename.
    building = Path(tempfile.mkdtemp(dir=folder.parent))
    shutil.copyfile(source, building / "inference.onnx")
    if "CTCLabelDecode" in configuration["PostProcess"].values():
        configuration = {
            **configuration,
            "PostProcess": {**configuration["PostProcess"], "character_dict": _characters(source)},
        }
    # JSON is YAML, and is written without a YAML library.
    (building / "inference.yml").write_text(json.dumps(configuration, ensure_ascii=False), encoding="utf-8")
    try:
        building.rename(folder)
    except OSError:
        shutil.rmtree(building)
        if not (folder / "inference.yml").is_file():
            raise
    return folder


def _model(chosen: str | None, installed: str, folder: Callable[[], Path]) -> dict[str, str]:
    """Return how PaddleOCR is told of a model: by its name, by its folder, or both."""
    if chosen is None:
        return {"model_name": installed, "model_dir": str(folder())}
    return {"model_dir" if Path(chosen).is_dir() else "model_name": chosen}


def _module(name: str, model: dict[str, str], settings: OcrSettings, precision: str, **more: Any) -> Any:
    """Load one of PaddleOCR's modules with a model. Raises EngineError."""
    # PaddleOCR must not look for model hosts when the models are at hand.
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    logging.getLogger("ppocr").setLevel(logging.ERROR)
    engine: dict[str, Any] = {}
    if settings.engine == ONNXRUNTIME:
        chosen = providers(settings, precision)
        if CUDA in chosen:
            _load_cuda()
        options = {"providers": list(chosen), "provider_options": list(chosen.values())}
        engine["engine_config"] = options | {"intra_op_num_threads": _threads(settings)}
    try:
        import paddleocr  # noqa: PLC0415 - loading takes seconds
    except ImportError as error:
        raise EngineError(f"PaddleOCR 无法载入：{error}。请重新安装依赖（make run 会自动完成）。") from error
    logging.getLogger("paddlex").setLevel(logging.ERROR)
    try:
        return getattr(paddleocr, name)(**model, device=settings.device, engine=settings.engine, **engine, **more)
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        said = model.get("model_name") or model["model_dir"]
        raise EngineError(f"OCR 模型无法载入（{said}，设备 {settings.device}）：{reason}") from error


def _load_cuda() -> None:
    """Load CUDA's libraries, which come as packages, where the system's loader does not look."""
    import onnxruntime  # noqa: PLC0415 - who only asks for settings needs none

    cast("Any", onnxruntime).preload_dlls()


def _threads(settings: OcrSettings) -> int:
    return settings.threads or os.cpu_count() or 1


@cache
def available() -> frozenset[str]:
    """Return ONNX Runtime's execution providers that are installed. Raises EngineError where there is none."""
    try:
        import onnxruntime  # noqa: PLC0415 - who only asks for settings needs none
    except ImportError as error:
        raise EngineError(
            f"onnxruntime 无法载入：{error}。请安装 heyan[cpu] 或 heyan[gpu]（make run 会自动完成）。"
        ) from error
    return frozenset(cast("list[str]", cast("Any", onnxruntime).get_available_providers()))


def _has_bfloat16() -> bool:
    """Say whether the processor computes in bfloat16 by itself; where nobody tells (not Linux), it does not."""
    with suppress(OSError):
        return "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return False


def _characters(weights: Path) -> list[str]:
    import onnxruntime  # noqa: PLC0415 - once, when the folder is made

    session: Any = onnxruntime.InferenceSession(str(weights), providers=[CPU])
    characters: str = session.get_modelmeta().custom_metadata_map["character"]
    return characters.split("\n")


def _cache() -> Path:
    """Return a writable folder that outlives the process: the user's cache, or else the temporary folder."""
    home = os.environ.get("XDG_CACHE_HOME")
    cache = (Path(home) if home else Path.home() / ".cache") / "heyan"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            return cache
    except OSError:
        return Path(tempfile.gettempdir()) / f"heyan-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
