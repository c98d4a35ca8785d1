"""What opening a file gives: sheets, or the reason why there are none."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from schemas.page import Line

Image = NDArray[np.uint8]
"""Height × width × 3, blue-green-red."""


@dataclass(frozen=True)
class Sheet:
    """One page as it stands in its file, EXIF orientation and PDF /Rotate honoured.

    `number` counts from 1. `dpi` is the resolution of `image` where the file tells it believably. `text_layer` is None
    where the file carries no text worth believing for this page. `unseen` are lines of the file's text that are
    meant to show on the page and do not.
    """

    file: str
    number: int
    image: Image
    dpi: float | None
    text_layer: list[Line] | None
    unseen: list[Line] = field(default_factory=list[Line])


@dataclass(frozen=True)
class BrokenSheet:
    """A page that cannot be read, though others of its file may. `number` counts from 1."""

    number: int


class UnreadableFile(Exception):
    """A file (or a part of it) that cannot be read; `reason` says in Chinese what is wrong and what to do."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}：{reason}")
        self.name = name
        self.reason = reason
