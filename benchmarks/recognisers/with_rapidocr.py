# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["rapidocr==3.10.0", "onnxruntime>=1.24,<2", "psutil"]
# ///
"""RapidOCR with its defaults, on the weights in its wheel: the engine's threads take all cores."""

from collections.abc import Iterator
from typing import Any

from measured import Pages, Read, serve
from rapidocr import RapidOCR


def load(request: dict[str, Any], cores: int) -> Read:
    """Load the engine."""
    del request, cores
    engine = RapidOCR()

    def read(pages: Pages) -> Iterator[str]:
        for path in pages.images:
            yield "\n".join(engine(str(path)).txts or ())

    return read


if __name__ == "__main__":
    serve(load)
