"""The notices as data: a folder each, with programme.toml and the catalogue of occupations it names."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.programme import Occupation, Programme

FOLDER = Path(__file__).parent


class ProgrammeError(Exception):
    """A programme that does not exist, or whose data is wrong; the message names file and key."""


def known() -> list[str]:
    """Return the ids of all programmes."""
    return sorted(path.parent.name for path in FOLDER.glob("*/programme.toml"))


@cache
def load(programme_id: str) -> Programme:
    """Load a programme by its id, the rules and materials of the one it extends included."""
    path = FOLDER / programme_id / "programme.toml"
    if programme_id not in known():
        raise ProgrammeError(f"没有这个通知：{programme_id}（有 {'、'.join(known())}）")
    with path.open("rb") as stream:
        data = tomllib.load(stream)
    catalogue = data.pop("catalogue", None)
    try:
        programme = Programme.model_validate({"id": programme_id, **data})
        if catalogue is not None:
            programme.catalogue = _catalogue(path.parent / catalogue)
    except ValidationError as error:
        first = error.errors()[0]
        raise ProgrammeError(f"{path}：{'.'.join(map(str, first['loc']))}：{first['msg']}") from error
    return programme if programme.extends is None else _extended(programme, load(programme.extends))


def _catalogue(path: Path) -> list[Occupation]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows: list[dict[str, Any]] = [
            {key: value for key, value in row.items() if value != ""} for row in csv.DictReader(stream)
        ]
    return [Occupation.model_validate(row) for row in rows]


def _extended(programme: Programme, base: Programme) -> Programme:
    """Add what a programme extends, apart from the rules it states anew."""
    own = {use.rule for use in programme.rules}
    return programme.model_copy(
        update={
            "rules": [*[use for use in base.rules if use.rule not in own], *programme.rules],
            "materials": [*base.materials, *programme.materials],
            "catalogue": programme.catalogue or base.catalogue,
            "effective_from": programme.effective_from or base.effective_from,
        }
    )
