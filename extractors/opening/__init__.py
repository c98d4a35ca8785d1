"""From the files of a dossier to sheets: page images, with the text layer where a page has a real one.

A file's type is told by its content; its name means nothing. What cannot be read is an `UnreadableFile` with a reason
in the words a clerk needs; it never breaks the dossier.

>>> for found in expand(path, path.name, limits, work):                     # doctest: +SKIP
...     if isinstance(found, UnreadableFile): ...
...     else:
...         name, path = found
...         for sheet in open_sheets(path, name, limits, range(1, count_sheets(path, name, limits) + 1)): ...
"""

from extractors.opening.archives import expand
from extractors.opening.nouns import BrokenSheet, Image, Sheet, UnreadableFile
from extractors.opening.sheets import count_sheets, open_sheets

__all__ = ["BrokenSheet", "Image", "Sheet", "UnreadableFile", "count_sheets", "expand", "open_sheets"]
