"""What changes with the code and the packages that something was made by: what they made before is made anew."""

import hashlib
import importlib.metadata
from collections.abc import Iterable, Iterator
from importlib.resources.abc import Traversable


def code_digest(code: Iterable[Traversable], packages: Iterable[str]) -> str:
    """Return a digest of files of our own, in their order, and of the versions of packages."""
    digest = hashlib.sha256()
    for file in code:
        digest.update(file.read_bytes())
    for package in packages:
        digest.update(importlib.metadata.version(package).encode())
    return digest.hexdigest()


def code_in(folder: Traversable, *, below: bool) -> Iterator[Traversable]:
    """Yield a package's code and data in the order of their names, with those of the folders `below` if asked."""
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.is_file() and not one.name.endswith(".pyc"):
            yield one
        elif below and one.is_dir():
            yield from code_in(one, below=below)
