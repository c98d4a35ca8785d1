# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = [
#     "docling-slim[convert-core,format-pdf,feat-ocr-rapidocr-onnx]>=2.143,<2.144",
#     "rapidocr==3.10.0",
#     # Does nothing here, but is imported; the last one of which a build for CPUs (+cpu) was at hand.
#     "torch>=2.13,<2.14",
#     "psutil",
# ]
# ///
"""Docling's PDF pipeline with RapidOCR on the weights in its wheel, without its layout and table models.

Those it fetches from a host of models: without them every line becomes a text of its own.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from docling.datamodel.base_models import Cluster, InputFormat, LayoutPrediction, Page, TableStructurePrediction
from docling.datamodel.document import ConversionResult
from docling.datamodel.pipeline_options import (
    BaseLayoutOptions,
    BaseTableStructureOptions,
    PdfPipelineOptions,
    RapidOcrOptions,
)
from docling.document_converter import DocumentConverter, PdfFormatOption
from docling.models.base_layout_model import BaseLayoutModel
from docling.models.base_table_model import BaseTableStructureModel
from docling.models.plugins import defaults
from docling_core.types.doc import BoundingBox, CoordOrigin, DocItemLabel, Size
from measured import Pages, Read, serve


class _NoLayoutOptions(BaseLayoutOptions):
    kind = "none"


class _NoLayout(BaseLayoutModel):
    """Finds the page, so that what has no text layer is recognised, but trusts it not to be one text."""

    def __init__(self, **_: Any) -> None:
        pass

    @classmethod
    def get_options_type(cls) -> type[BaseLayoutOptions]:
        return _NoLayoutOptions

    def predict_layout(self, conv_res: ConversionResult, pages: Sequence[Page]) -> Sequence[LayoutPrediction]:
        del conv_res
        return [LayoutPrediction(clusters=[_whole(page.size)] if page.size else []) for page in pages]


def _whole(page: Size) -> Cluster:
    box = BoundingBox(l=0, t=0, r=page.width, b=page.height, coord_origin=CoordOrigin.TOPLEFT)
    return Cluster(id=0, label=DocItemLabel.TEXT, bbox=box, confidence=0.0)


class _NoTableOptions(BaseTableStructureOptions):
    kind = "none"


class _NoTables(BaseTableStructureModel):
    """Finds nothing."""

    enabled = False

    def __init__(self, **_: Any) -> None:
        pass

    @classmethod
    def get_options_type(cls) -> type[BaseTableStructureOptions]:
        return _NoTableOptions

    def predict_tables(self, conv_res: ConversionResult, pages: Sequence[Page]) -> Sequence[TableStructurePrediction]:
        del conv_res, pages
        return ()


def load(request: dict[str, Any], cores: int) -> Read:
    """Load the pipeline."""
    del request
    # Its own ones import what only they need.
    defaults.layout_engines = lambda: {"layout_engines": [_NoLayout]}
    defaults.table_structure_engines = lambda: {"table_structure_engines": [_NoTables]}
    options = PdfPipelineOptions(
        do_table_structure=False,
        layout_options=_NoLayoutOptions(),
        table_structure_options=_NoTableOptions(),
        ocr_options=RapidOcrOptions(),
    )
    options.accelerator_options.num_threads = cores
    converter = DocumentConverter(format_options={InputFormat.PDF: PdfFormatOption(pipeline_options=options)})

    def read(pages: Pages) -> Iterator[str]:
        for path in pages.files:
            document = converter.convert(path).document
            lines: dict[int, list[str]] = defaultdict(list)
            for item in document.texts:
                lines[item.prov[0].page_no].append(item.text)
            for number in sorted(document.pages):
                yield "\n".join(lines[number])

    return read


if __name__ == "__main__":
    serve(load)
