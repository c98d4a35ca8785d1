# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["paddleocr>=3.7,<3.8", "onnxruntime>=1.24,<2", "opencv-contrib-python", "psutil"]
#
# [tool.uv.sources]
# opencv-contrib-python = { path = "../../packaging/opencv-contrib-python" }
# ///
"""PaddleOCR's pipeline with its defaults on ONNX Runtime, on the model folders that Heyan uses.

The models that turn and flatten pages, which its defaults switch on, come neither with it nor with this project.
"""

import os
from collections.abc import Iterator
from typing import Any

from measured import Pages, Read, serve

os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
from paddleocr import PaddleOCR  # reads the setting above when it is loaded


def load(request: dict[str, Any], cores: int) -> Read:
    """Load the pipeline."""
    del cores
    pipeline = PaddleOCR(
        **request["models"],
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        device="cpu",
        engine="onnxruntime",
    )

    def read(pages: Pages) -> Iterator[str]:
        for path in pages.images:
            yield "\n".join(pipeline.predict(str(path))[0]["rec_texts"])

    return read


if __name__ == "__main__":
    serve(load)
