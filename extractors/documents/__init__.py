"""The document types: every module here that declares a `TYPE` is one."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind


@cache
def document_types() -> Mapping[DocumentKind, DocumentType]:
    """Return all document types by their kind."""
    modules = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    types = [module.TYPE for module in modules if hasattr(module, "TYPE")]
    return {one.kind: one for one in types}
