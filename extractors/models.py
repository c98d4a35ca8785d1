"""The model folders PaddleOCR loads from: an `inference.onnx` beside an `inference.yml`.

The PP-OCRv6 small weights come in the wheel of `rapidocr` as bare ONNX files. PaddleOCR wants a folder with the
model's preprocessing and, for a recogniser, its characters, which the ONNX file carries in its own metadata.
"""

import importlib.metadata
import json
import os
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import onnxruntime

DETECTION_MODEL = "PP-OCRv6_small_det"
RECOGNITION_MODEL = "PP-OCRv6_small_rec"

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


def _characters(weights: Path) -> list[str]:
    session: Any = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
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
