"""PaddleOCR's models, ready to run: a model is a folder with an `inference.onnx` beside an `inference.yml`.

The PP-OCRv6 small weights come in the wheel of `rapidocr` as bare ONNX files. PaddleOCR wants a folder with the
model's preprocessing and, for a recogniser, its characters, which the ONNX file carries in its own metadata.

A folder at hand is given to ONNX Runtime as PaddleOCR would give it, without loading PaddleOCR, which takes longer than
reading three pages. PaddleOCR itself fetches models by name, and runs other engines.
"""

import importlib.metadata
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
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
class Network:
    """A model that is ready: `run` takes and gives a batch, `configuration` is what its `inference.yml` says."""

    run: "Callable[[NDArray[np.float32]], NDArray[np.float32]]"
    configuration: Mapping[str, Any]


def detection(settings: OcrSettings) -> Network:
    """Load what finds lines. Raises EngineError."""
    # Faint or broken lines are found otherwise in half precision.
    folder = detection_folder if settings.detection_model is None else None
    return _loaded("TextDetection", settings.detection_model or DETECTION_MODEL, folder, settings, "float32")


def recognition(settings: OcrSettings) -> Network:
    """Load what reads lines. Raises EngineError."""
    folder = recognition_folder if settings.recognition_model is None else None
    return _loaded(
        "TextRecognition",
        settings.recognition_model or RECOGNITION_MODEL,
        folder,
        settings,
        recognition_precision(settings),
    )


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
    options = {"device_type": "CPU", "num_of_threads": str(_threads(settings))}
    if precision == "bfloat16":
        # The provider computes in float32 unless told otherwise, which takes nearly twice as long.
        options["load_config"] = json.dumps({"CPU": {"INFERENCE_PRECISION_HINT": "bf16"}})
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


def _loaded(
    module: str, model: str, installed: Callable[[], Path] | None, settings: OcrSettings, precision: str
) -> Network:
    """Load a model by its name or folder; `module` is the class that stands for it in PaddleOCR."""
    try:
        folder = Path(model) if installed is None else installed()
        if settings.engine == ONNXRUNTIME and folder.is_dir():
            return _by_onnxruntime(folder, settings, precision)
        return _by_paddleocr(module, model, folder, settings, precision)
    except EngineError:
        raise
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EngineError(f"OCR 模型无法载入（{model}，设备 {settings.device}）：{reason}") from error


def _by_onnxruntime(folder: Path, settings: OcrSettings, precision: str) -> Network:
    import onnxruntime  # noqa: PLC0415 - who only asks for settings needs none

    chosen = providers(settings, precision)
    if CUDA in chosen:
        # Its libraries come as packages, where the system's loader does not look.
        cast("Any", onnxruntime).preload_dlls()
    options: Any = cast("Any", onnxruntime).SessionOptions()
    options.intra_op_num_threads = _threads(settings)
    session: Any = onnxruntime.InferenceSession(
        str(folder / "inference.onnx"), options, providers=list(chosen), provider_options=list(chosen.values())
    )
    if CUDA in chosen and CUDA not in session.get_providers():
        raise EngineError(f"设备 {settings.device} 不能用：CUDA 无法载入，请检查显卡驱动，或改用 cpu（ocr.device）。")
    (taken,), (given,) = session.get_inputs(), session.get_outputs()

    def run(batch: "NDArray[np.float32]") -> "NDArray[np.float32]":
        return cast("NDArray[np.float32]", session.run([given.name], {taken.name: batch})[0])

    return Network(run, _configuration(folder / "inference.yml"))


def _by_paddleocr(module: str, model: str, folder: Path, settings: OcrSettings, precision: str) -> Network:
    # PaddleOCR must not look for model hosts when the models are at hand.
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    logging.getLogger("ppocr").setLevel(logging.ERROR)
    try:
        import paddleocr  # noqa: PLC0415 - loading takes seconds
    except ImportError as error:
        raise EngineError(f"PaddleOCR 无法载入：{error}。请重新安装依赖（make run 会自动完成）。") from error
    logging.getLogger("paddlex").setLevel(logging.ERROR)
    arguments: dict[str, Any] = {"device": settings.device, "engine": settings.engine}
    if settings.engine == ONNXRUNTIME:
        chosen = providers(settings, precision)
        arguments["engine_config"] = {
            "providers": list(chosen),
            "provider_options": list(chosen.values()),
            "intra_op_num_threads": _threads(settings),
        }
    if folder.is_dir():
        arguments["model_dir"] = str(folder)
    if not Path(model).is_dir():
        arguments["model_name"] = model
    predictor: Any = getattr(paddleocr, module)(**arguments).paddlex_predictor
    if not hasattr(predictor, "runner"):
        raise EngineError(f"引擎 {settings.engine} 不给出逐字得分，请改用 onnxruntime（ocr.engine）。")

    def run(batch: "NDArray[np.float32]") -> "NDArray[np.float32]":
        return cast("NDArray[np.float32]", predictor.runner(x=[batch])[0])

    return Network(run, predictor.config)


def _configuration(file: Path) -> Mapping[str, Any]:
    text = file.read_text(encoding="utf-8")
    # What is written here is JSON, which is read a hundred times faster than YAML.
    with suppress(json.JSONDecodeError):
        return cast("Mapping[str, Any]", json.loads(text))
    import yaml  # noqa: PLC0415 - only for models from elsewhere

    return cast("Mapping[str, Any]", yaml.safe_load(text))


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
