"""The notices as data: a folder each, with programme.toml and the catalogue of occupations it names."""

import csv
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.programme import Occupation, Programme
from validators.catalogue import CODE
from validators.rules import rules, wrong_needs

FOLDER = Path(__file__).parent


class ProgrammeError(Exception):
    """A programme whose data is wrong; the message names file and key."""


class UnknownProgramme(ProgrammeError):
    """A programme that does not exist; the message lists those that do."""


def known(folder: Path = FOLDER) -> list[str]:
    """Return the ids of all programmes."""
    return sorted(path.parent.name for path in folder.glob("*/programme.toml"))


@cache
def load(programme_id: str, folder: Path = FOLDER) -> Programme:
    """Load a programme by its id, the rules and materials of the one it extends included.

    Raises UnknownProgramme, or ProgrammeError where its data is wrong.
    """
    if programme_id not in known(folder):
        raise UnknownProgramme(f"没有这个通知：{programme_id}（有 {'、'.join(known(folder))}）")
    path = folder / programme_id / "programme.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProgrammeError(f"{path}：不是有效的 TOML：{error}") from error
    try:
        programme = Programme.model_validate({"id": programme_id, **data})
    except ValidationError as error:
        raise ProgrammeError(f"{path}：{_first(error)}") from error
    programme.catalogue = _known(path.parent / name for name in programme.catalogues)
    if programme.extends is not None:
        programme = _extended(programme, load(programme.extends, folder))
    _check(programme, path)
    return programme


def _check(programme: Programme, path: Path) -> None:
    """Raise ProgrammeError where a rule is unknown, a clause is missing or a threshold is wrong."""
    if programme.answer is not None and not programme.answer.basis.strip():
        raise ProgrammeError(f"{path}：answer.basis：缺少条款依据")
    for number, material in enumerate(programme.materials):
        if not material.kinds or not material.basis.strip():
            raise ProgrammeError(f"{path}：materials.{number}（{material.title}）：缺少 kinds 或 basis")
    for number, use in enumerate(programme.rules):
        where = f"{path}：rules.{number}（{use.rule}）"
        if use.rule not in rules():
            raise ProgrammeError(f"{where}：没有这条规则，全部规则见 docs/rules.md")
        if not use.basis.strip():
            raise ProgrammeError(f"{where}.basis：缺少条款依据")
        for name, reason in wrong_needs(use.rule, use.needs).items():
            raise ProgrammeError(f"{where}.needs.{name}：{reason}")


def _known(paths: Iterable[Path]) -> list[Occupation]:
    """Return the entries of some catalogues; one that several print under one name and code stands once."""
    entries: dict[tuple[str, str], Occupation] = {}
    for path in paths:
        for entry in _catalogue(path):
            entries.setdefault((entry.name, entry.code), entry)
    return list(entries.values())


def _catalogue(path: Path) -> list[Occupation]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows: list[dict[str, Any]] = list(csv.DictReader(stream))
    except OSError as error:
        raise ProgrammeError(f"{path}：打不开职业目录：{error.strerror}") from error
    entries: list[Occupation] = []
    for line, row in enumerate(rows, start=2):
        try:
            entry = Occupation.model_validate({key: value for key, value in row.items() if value != ""})
        except ValidationError as error:
            raise ProgrammeError(f"{path} 第 {line} 行：{_first(error)}") from error
        if not CODE.fullmatch(entry.code):
            raise ProgrammeError(f"{path} 第 {line} 行：code：{entry.code} 不是 0-00-00-00 的形式")
        entries.append(entry)
    return entries


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}：{first['msg']}"


def _extended(programme: Programme, base: Programme) -> Programme:
    """Add what a programme extends, apart from the rules it states anew."""
    own = {use.rule for use in programme.rules}
    return programme.model_copy(
        update={
            "rules": [*[use for use in base.rules if use.rule not in own], *programme.rules],
            "materials": [*base.materials, *programme.materials],
            "catalogue": programme.catalogue or base.catalogue,
            "effective_from": programme.effective_from or base.effective_from,
            "effective_to": programme.effective_to or base.effective_to,
            "answer": programme.answer or base.answer,
        }
    )
