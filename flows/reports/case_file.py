"""case.json.gz: all that is needed to show a dossier, and to split, read and check it anew, without its files.

The pages' images lie apart, each under the digest of its content: one that a later report shows too is not written
again, and what an earlier report showed stays. The case file holds them once more, small enough for a glance.
"""

import base64
import gzip
import hashlib
import zlib
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Base64Bytes, Field, ValidationError
from pydantic_core import to_json

from schemas.base import Model
from schemas.document import Document
from schemas.dossier import Dossier
from schemas.finding import Finding
from schemas.page import Page, Seal
from schemas.report import Report, Verdict

NAME = "case.json.gz"

# Digits of the digest that names an image.
_DIGITS = 32
# Of gzip: 1 is the fastest; 6 makes the file a tenth smaller and takes five times as long.
_LEVEL = 1


class CaseFile(Model):
    """What was read of a dossier and what came of it.

    Every page's `image` is the name of its file under `images_of`; `glances` are the small ones (JPEG), by that name.
    """

    version: Literal[1] = 1
    dossier: Dossier
    verdict: Verdict
    findings: list[Finding]
    glances: dict[str, Base64Bytes] = Field(default_factory=dict[str, Base64Bytes])

    @property
    def report(self) -> Report:
        """Return the report that was made of it."""
        dossier = self.dossier
        return Report(
            programme=dossier.programme,
            dossier=dossier.name,
            received=dossier.envelope.received,
            verdict=self.verdict,
            files=dossier.files,
            documents=dossier.documents,
            findings=self.findings,
            envelope=dossier.envelope,
            elsewhere=dossier.elsewhere,
        )


def images_of(programme: str, dossier: str) -> str:
    """Return where the images of a dossier's pages lie, under the folder of reports.

    They do not lie in the dossier's own folder: who looks for reports in a bucket would have to list them all.
    """
    return f"pages/{programme}/{dossier}"


def pack(report: Report, pages: Sequence[Page]) -> tuple[bytes, dict[str, bytes]]:
    """Return the content of case.json.gz, and the images of the pages by their names.

    The pages' images must still lie where the pages say.
    """
    from flows.reports.images import glance  # noqa: PLC0415 - where images are drawn, not where case files are read

    images: dict[str, bytes] = {}
    kept: list[dict[str, Any]] = []
    for page in pages:
        name: str | None = None
        if page.image is not None:
            content = page.image.read_bytes()
            name = f"{hashlib.sha256(content).hexdigest()[:_DIGITS]}.jpg"
            images[name] = content
        kept.append(_page(page, name))
    case = {
        "dossier": {
            "programme": report.programme,
            "name": report.dossier,
            "envelope": report.envelope,
            "files": report.files,
            "pages": kept,
            "documents": [_document(document) for document in report.documents],
            "elsewhere": report.elsewhere,
        },
        "verdict": report.verdict,
        "findings": report.findings,
        "glances": {name: base64.b64encode(glance(content)).decode() for name, content in images.items()},
    }
    return gzip.compress(to_json(case), _LEVEL, mtime=0), images


def unpack(content: bytes) -> CaseFile:
    """Return what case.json.gz holds; raise ValueError where it is none of ours, or of a later version."""
    try:
        return CaseFile.model_validate_json(gzip.decompress(content))
    except (OSError, EOFError, zlib.error, ValidationError) as error:
        raise ValueError(str(error)) from error


def _page(page: Page, image: str | None) -> dict[str, Any]:
    return {
        **page.model_dump(exclude_defaults=True, exclude={"image", "seals"}),
        "image": image,
        "seals": [_seal(seal) for seal in page.seals],
    }


def _document(document: Document) -> dict[str, Any]:
    """Return a document with what is no part of report.json."""
    return {
        **document.model_dump(),
        "fields": {
            name: {**field.model_dump(), "rows": [row.model_dump() for row in field.rows]}
            for name, field in document.fields.items()
        },
        "seals": [_seal(seal) for seal in document.seals],
        "sections": [_document(section) for section in document.sections],
    }


def _seal(seal: Seal) -> dict[str, Any]:
    return {**seal.model_dump(), "readings": [one.model_dump() for one in seal.readings]}
