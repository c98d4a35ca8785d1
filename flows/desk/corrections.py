"""What corrections teach: every value that a person said is right, beside what was read."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import ceil
from pathlib import Path
from typing import cast

from pydantic import JsonValue
from sqlalchemy import select

from flows.database import Database
from flows.database.tables import ActRow
from flows.desk.acts import ActKind, Recorded
from flows.desk.desk import Desk, recorded
from flows.desk.errors import NoSuchDossier
from flows.desk.replay import match_rows
from flows.desk.values import Type, fields_of
from flows.reports import write_files
from schemas.base import Box
from schemas.document import DocumentKind, Field, FieldRow


@dataclass(frozen=True)
class Labelled:
    """What was read somewhere, how surely, and what a person said it is; `is_right` where both are the same.

    `field` is None where it is the document's kind that was said. An entry of a list has the list's field with its
    row and column, `occupations[2].code`; an entry that was not read is `occupations[3]`, and one that was read and is
    none (the second that was read) `occupations[-2]`.
    """

    programme: str
    dossier: str
    revision: int
    document: DocumentKind
    field: str | None
    file: str | None
    page: int | None
    box: Box | None
    text: str | None
    value: JsonValue
    confidence: float
    right: JsonValue
    who: str
    made: float

    @property
    def is_right(self) -> bool:
        """Say whether it was read right."""
        return self.value == self.right


def labelled(database: Database) -> Iterator[Labelled]:
    """Yield all that people said of values and kinds, the oldest first; of one place what was said last."""
    said: dict[tuple[str, ...], tuple[Recorded, Recorded]] = {}
    with database.reading() as session:
        rows = session.scalars(select(ActRow).where(ActRow.kind.in_([ActKind.FIELD, ActKind.KIND])).order_by(ActRow.id))
        for act in map(recorded, rows):
            place = _place(act)
            # What was read is what stood there before anybody said anything.
            said[place] = (said[place][0] if place in said else act, act)
    for first, last in said.values():
        yield from _of_kind(first, last) if first.kind is ActKind.KIND else _of_field(first, last)


def export(database: Database, folder: Path, desk: Desk | None = None) -> int:
    """Write all that people said into `corrections.jsonl` in a folder, one a line; return how many.

    A line is a `Labelled` with `is_right`. With a `desk` the pieces of pages that values were read from lie in `images`
    (PNG), and `image` names them; it is null where there is none (any more).
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for number, one in enumerate(labelled(database), start=1):
        line = {**asdict(one), "is_right": one.is_right}
        if desk is not None:
            piece = _cut_out(one, desk)
            line["image"] = f"images/{number:06d}.png" if piece is not None else None
            if piece is not None:
                write_files(folder / "images", {f"{number:06d}.png": piece})
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    write_files(folder, {"corrections.jsonl": "".join(lines).encode()})
    return len(lines)


def _cut_out(one: Labelled, desk: Desk) -> bytes | None:
    """Return the piece of the page that a value was read from; None where there is none, or no more."""
    if one.file is None or one.page is None or one.box is None:
        return None
    import cv2  # noqa: PLC0415 - only where pixels are wanted
    import numpy as np  # noqa: PLC0415

    try:
        name = desk.dossier(one.programme, one.dossier, one.revision).images.get((one.file, one.page))
        if name is None:
            return None
        content = desk.image(one.programme, one.dossier, name)
    except NoSuchDossier:
        return None
    page = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    height, width = page.shape[:2]
    left, top, right, bottom = one.box
    piece = page[int(top * height) : ceil(bottom * height), int(left * width) : ceil(right * width)]
    return cv2.imencode(".png", piece)[1].tobytes() if piece.size else None


def _place(act: Recorded) -> tuple[str, ...]:
    """Return what an act is about, whatever the document is called."""
    about = act.about
    if act.kind is ActKind.KIND:
        return act.programme, act.dossier, json.dumps(about["pages"])
    names = (about["page"], about["kind"], about["section"], about["field"])
    return act.programme, act.dossier, *(json.dumps(name) for name in names)


def _of_kind(first: Recorded, last: Recorded) -> Iterator[Labelled]:
    pages = cast("list[tuple[str, str, int]]", first.about["pages"])
    yield Labelled(
        programme=first.programme,
        dossier=first.dossier,
        revision=first.revision,
        document=DocumentKind(str(first.before)),
        field=None,
        file=pages[0][0],
        page=pages[0][2],
        box=None,
        text=None,
        value=first.before,
        confidence=float(cast("float", first.about["confidence"])),
        right=last.after,
        who=last.who,
        made=last.made,
    )


def _of_field(first: Recorded, last: Recorded) -> Iterator[Labelled]:
    kind, name = DocumentKind(str(first.about["kind"])), str(first.about["field"])
    [(file, _, page)] = cast("list[tuple[str, str, int]]", first.about["page"])
    # What was not read at all is as unsure as can be.
    read = Field.model_validate(first.before or {"confidence": 0.0, "file": file, "page": page})

    def one(field: str, value: JsonValue, right: JsonValue, row: FieldRow | None = None) -> Labelled:
        return Labelled(
            programme=first.programme,
            dossier=first.dossier,
            revision=first.revision,
            document=kind,
            field=field,
            file=row.place.file if row is not None else read.file,
            page=row.place.page if row is not None else read.page,
            box=row.place.box if row is not None else read.box,
            text=row.text if row is not None else read.text,
            value=value,
            confidence=row.confidence if row is not None else read.confidence,
            right=right,
            who=last.who,
            made=last.made,
        )

    if fields_of(kind)[name].type is not Type.ROWS:
        yield one(name, read.value, last.after)
        return
    before = read.value if isinstance(read.value, list) else []
    after = last.after if isinstance(last.after, list) else []
    matched = match_rows(before, after)
    for number, right in enumerate(after):
        index = matched.get(number)
        if index is None:
            # Not read as an entry of its own: nothing vouches for anything there.
            yield replace(one(f"{name}[{number + 1}]", None, right), confidence=0.0)
            continue
        row = read.rows[index] if index < len(read.rows) else None
        values, rights = cast("dict[str, JsonValue]", before[index]), cast("dict[str, JsonValue]", right)
        for column in rights.keys() | values.keys():
            pair = values.get(column), rights.get(column)
            if any(one not in (None, []) for one in pair):
                yield one(f"{name}[{number + 1}].{column}", *pair, row)
    for index in set(range(len(before))) - set(matched.values()):
        row = read.rows[index] if index < len(read.rows) else None
        yield one(f"{name}[-{index + 1}]", before[index], None, row)
