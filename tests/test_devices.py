"""What runs the models, by the device that the settings name, and which packages bring it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import Command

from extractors.models import CPU, CUDA, OPENVINO, EngineError, available, providers, recognition_precision
from schemas.settings import OcrSettings

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "samples" / "packets" / "jilin-2022" / "JL-0002" / "IMG_0002.jpg"
no_cuda = pytest.mark.skipif(CUDA in available(), reason="there is CUDA here")


def test_the_processor_computes_with_openvino_where_it_is_installed() -> None:
    (one, options), *others = providers(OcrSettings(threads=3), "bfloat16").items()
    assert not others
    assert one == (OPENVINO if OPENVINO in available() else CPU)
    if one == OPENVINO:
        assert options["num_of_threads"] == "3"
        assert "bf16" in options["load_config"]
        assert "bf16" not in providers(OcrSettings(threads=3), "float32")[OPENVINO]["load_config"]


@pytest.mark.skipif(CUDA not in available(), reason="no CUDA here")
def test_a_gpu_computes_with_cuda() -> None:
    assert providers(OcrSettings(device="gpu:1"), "float32").keys() == {CUDA, CPU}
    assert providers(OcrSettings(device="gpu:1"), "float32")[CUDA]["device_id"] == "1"
    assert recognition_precision(OcrSettings(device="gpu:1")) == "float32"


@no_cuda
def test_a_gpu_without_cuda_is_said(heyan: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in/jilin-2022/JL-0001").mkdir(parents=True)
    shutil.copy(PAGE, tmp_path / "in/jilin-2022/JL-0001")
    monkeypatch.setenv("HEYAN_OCR__DEVICE", "gpu:0")
    answer = heyan("verify", "in", "--out", "reports")
    assert answer.status == 2
    assert len(answer.err.splitlines()) == 1
    assert "gpu:0" in answer.err
    assert "heyan[gpu]" in answer.err


@pytest.mark.parametrize("device", ["tpu", "gpu:first", "cpu:0", ""])
def test_a_device_that_there_is_not_is_refused(device: str) -> None:
    with pytest.raises(EngineError, match=r"ocr\.device"):
        providers(OcrSettings(device=device), "float32")


def installed(*options: str) -> set[str]:
    """Return the runtimes that uv would install, on whatever machine."""
    uv = shutil.which("uv") or shutil.which("uv", path=PROJECT / ".tools" / "bin")
    if uv is None:
        pytest.skip("no uv here")
    command = [
        uv,
        "export",
        "--frozen",
        "--offline",
        "--quiet",
        "--no-hashes",
        "--no-annotate",
        "--no-header",
        *options,
    ]
    lines = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S603
    return {line.partition("==")[0] for line in lines if line.startswith("onnxruntime")}


def test_one_runtime_is_installed_and_only_one() -> None:
    # Each for machines of its own.
    processor = {"onnxruntime", "onnxruntime-openvino"}
    assert installed() == installed("--no-dev") == installed("--all-groups") == processor
    assert installed("--no-group", "cpu", "--extra", "gpu") == {"onnxruntime-gpu"}
    with pytest.raises(subprocess.CalledProcessError) as caught:
        installed("--extra", "gpu")
    assert "incompatible" in caught.value.stderr
