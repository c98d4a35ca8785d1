"""From the files of a dossier to sheets: page images, with the text layer where a page has a real one.

A file's type is told by its content; its name means nothing. What cannot be read is an `UnreadableFile` with a reason
in the words a clerk needs; it never breaks the dossier.

>>> for found in expand(path, path.name, limits, work):                     # doctest: +SKIP
...     if isinstance(found, UnreadableFile): ...
...     else:
...         for sheet in open_sheets(found[1], found[0], limits): ...
"""

from extractors.opening.archives import expand
from extractors.opening.nouns import Image, Sheet, UnreadableFile
from extractors.opening.sheets import open_sheets

__all__ = ["Image", "Sheet", "UnreadableFile", "expand", "open_sheets"]
