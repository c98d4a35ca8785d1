"""What a person may say that a field's value is: the types of the contract's fields."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import cast

from pydantic import JsonValue

from extractors.values import names
from flows.reports import labels
from schemas.document import DocumentKind

# How people write that a term has no end.
_ENDLESS = re.compile(r"长期|永久|无固定期?限?")
_DATE = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})月?")
_UNITS = re.compile(r"(?:元|平方米|平米|㎡|m2|个月|人|名)$")


class Type(StrEnum):
    """The types of values: how they are typed in, and how they stand in a report."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    MONTH = "month"
    """YYYY-MM or YYYY-MM-DD."""
    NUMBER = "number"
    COUNT = "count"
    YES_NO = "yes_no"
    CHOICE = "choice"
    LEVEL = "level"
    """A number: its `choices` are 5 to 1 as text."""
    LEVELS = "levels"
    """A list of such."""
    ROWS = "rows"


@dataclass(frozen=True)
class FieldType:
    """A field: its name, its type, what it may be (`choices`, by what reports call them), a list's `columns`."""

    name: str
    type: Type
    choices: Mapping[str, str] | None = None
    columns: tuple["FieldType", ...] = ()

    @property
    def label(self) -> str:
        """Return how people call it."""
        return labels.field_label(self.name)


def fields_of(kind: DocumentKind) -> Mapping[str, FieldType]:
    """Return the fields that documents of a kind have, by name, in the contract's order."""
    return _FIELDS[kind]


def is_endless(value: JsonValue) -> bool:
    """Say whether what was typed for the end of a term says that it has none (长期)."""
    return isinstance(value, str) and _ENDLESS.fullmatch(_plain(value)) is not None


def parse(field: FieldType, value: JsonValue) -> JsonValue:
    """Return a value as it stands in a report; blank text is None.

    Dates may come as 2022年7月18日 or 2022/7/18, numbers with separators, codes and names with spaces and half-width
    brackets. Raises ValueError, in words for who typed it, where a value is none of its type.
    """
    if isinstance(value, str):
        value = value.strip() or None
    if value is None:
        return None
    try:
        return _PARSERS[field.type](field, value)
    except ValueError as error:
        raise ValueError(f"{field.label}：{error}") from None


def _text(field: FieldType, value: JsonValue) -> str:
    del field
    if not isinstance(value, str):
        raise ValueError("应为文字")  # noqa: TRY004 - who typed it is told
    return names.normalise(value)


def _code(field: FieldType, value: JsonValue) -> str:
    del field
    text = _plain(value).upper()
    if not re.fullmatch(r"[0-9A-Z-]+", text):
        raise ValueError("应只有数字和字母")
    return text


def _day(field: FieldType, value: JsonValue) -> str | None:
    del field
    text = _plain(value)
    if _ENDLESS.fullmatch(text):
        return None
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())).isoformat() if found else date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"“{text}”不是日期，应如 2022-07-18") from None


def _month(field: FieldType, value: JsonValue) -> str | None:
    found = _MONTH.fullmatch(_plain(value))
    if found and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-{int(found[2]):02d}"
    try:
        return _day(field, value)
    except ValueError:
        raise ValueError(f"“{_plain(value)}”不是年月，应如 2015-06") from None


def _number(field: FieldType, value: JsonValue) -> float:
    del field
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = _UNITS.sub("", _plain(value).replace(",", ""))
    if not re.fullmatch(r"\d+(?:\.\d+)?(?:万)?", text):
        raise ValueError(f"“{value}”不是数字")
    number = round(float(text.removesuffix("万")) * (10_000 if text.endswith("万") else 1), 6)
    return int(number) if number.is_integer() else number


def _count(field: FieldType, value: JsonValue) -> int:
    number = _number(field, value)
    if number != int(number):
        raise ValueError(f"“{value}”不是整数")
    return int(number)


def _yes_no(field: FieldType, value: JsonValue) -> bool:
    del field
    if isinstance(value, bool):
        return value
    known = {"是": True, "否": False, "true": True, "false": False}
    if (text := _plain(value)) not in known:
        raise ValueError("应为是或否")
    return known[text]


def _choice(field: FieldType, value: JsonValue) -> str:
    choices = field.choices or {}
    text = _plain(value)
    chosen = next((name for name, label in choices.items() if text in (name, label)), None)
    if chosen is None:
        raise ValueError(f"应为{'、'.join(choices.values())}之一")
    return chosen


def _level(field: FieldType, value: JsonValue) -> int:
    levels = _levels(field, [value])
    if len(levels) != 1:
        raise ValueError("应为一个等级")
    return cast("int", levels[0])


def _levels(field: FieldType, value: JsonValue) -> list[JsonValue]:
    del field
    named = {label: level for level, label in labels.LEVELS.items()} | {str(level): level for level in labels.LEVELS}
    parts = value if isinstance(value, list) else re.split(r"[,、;\s]+", _plain(value))
    found: list[JsonValue] = []
    for part in parts:
        text = _plain(part)
        if not text:
            continue
        if text not in named:
            raise ValueError(f"“{text}”不是等级，应为五级、四级、三级、二级、一级")
        if named[text] not in found:
            found.append(named[text])
    return sorted(found, key=lambda level: -cast("int", level))


def _rows(field: FieldType, value: JsonValue) -> list[JsonValue]:
    """Return a list without its blank entries; of one the columns that are not given are blank."""
    if not isinstance(value, list):
        raise ValueError("应为若干行")  # noqa: TRY004 - who typed it is told
    columns = {column.name: column for column in field.columns}
    rows: list[JsonValue] = []
    for number, entry in enumerate(value, start=1):
        if not isinstance(entry, dict) or not entry.keys() <= columns.keys():
            raise ValueError(f"第 {number} 行的列应为{'、'.join(column.label for column in field.columns)}")
        try:
            row = {name: parse(column, entry.get(name)) for name, column in columns.items()}
        except ValueError as error:
            raise ValueError(f"第 {number} 行{error}") from None
        if "levels" in row and row["levels"] is None:
            row["levels"] = []
        if any(one not in (None, []) for name, one in row.items() if name != "row"):
            if "row" in row and row["row"] is None:
                row["row"] = len(rows) + 1
            rows.append(row)
    return rows


def _plain(value: JsonValue) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))


_PARSERS = {
    Type.TEXT: _text,
    Type.CODE: _code,
    Type.DATE: _day,
    Type.MONTH: _month,
    Type.NUMBER: _number,
    Type.COUNT: _count,
    Type.YES_NO: _yes_no,
    Type.CHOICE: _choice,
    Type.LEVEL: _level,
    Type.LEVELS: _levels,
    Type.ROWS: _rows,
}


def _of(**types: Type | FieldType) -> dict[str, FieldType]:
    return {name: one if isinstance(one, FieldType) else FieldType(name, one) for name, one in types.items()}


def _one_of(name: str) -> FieldType:
    return FieldType(name, Type.CHOICE, choices=labels.VALUES[name])


_LEVEL = FieldType("level", Type.LEVEL, choices={str(level): label for level, label in labels.LEVELS.items()})
_OCCUPATIONS = FieldType(
    "occupations",
    Type.ROWS,
    columns=tuple(
        _of(
            row=Type.COUNT,
            name=Type.TEXT,
            code=Type.CODE,
            is_new=Type.YES_NO,
            started=Type.MONTH,
            trained=Type.COUNT,
            levels=Type.LEVELS,
        ).values()
    ),
)
_PEOPLE = FieldType(
    "people",
    Type.ROWS,
    columns=tuple(
        _of(
            name=Type.TEXT,
            id_number=Type.CODE,
            employer=Type.TEXT,
            title=Type.TEXT,
            education=Type.TEXT,
            occupation=Type.TEXT,
        ).values()
    ),
)
_TEXT, _CODE, _DAY, _NUMBER, _COUNT = Type.TEXT, Type.CODE, Type.DATE, Type.NUMBER, Type.COUNT

# By the contract, section 3.
_FIELDS: Mapping[DocumentKind, Mapping[str, FieldType]] = {
    DocumentKind.APPLICATION_FORM: _of(
        name=_TEXT,
        address=_TEXT,
        registration_authority=_TEXT,
        organisation_type=_TEXT,
        scope=_one_of("scope"),
        credit_code=_CODE,
        legal_representative=_TEXT,
        registered_capital=_NUMBER,
        contact=_TEXT,
        position=_TEXT,
        phone=_TEXT,
        email=_TEXT,
        occupations=_OCCUPATIONS,
    ),
    DocumentKind.REGISTRATION_CERTIFICATE: _of(
        certificate_type=_one_of("certificate_type"),
        name=_TEXT,
        credit_code=_CODE,
        legal_representative=_TEXT,
        registered_capital=_NUMBER,
        established=_DAY,
        valid_from=_DAY,
        valid_to=_DAY,
        address=_TEXT,
        business_scope=_TEXT,
        registration_authority=_TEXT,
        issued=_DAY,
    ),
    DocumentKind.SCHOOL_PERMIT: _of(
        name=_TEXT, permit_number=_TEXT, legal_representative=_TEXT, address=_TEXT, valid_from=_DAY, valid_to=_DAY
    ),
    DocumentKind.LEASE_CONTRACT: _of(
        lessor=_TEXT,
        lessee=_TEXT,
        address=_TEXT,
        floor_area=_NUMBER,
        lease_start=_DAY,
        lease_end=_DAY,
        lease_months=_COUNT,
        annual_rent=_NUMBER,
        signed=_DAY,
    ),
    DocumentKind.PROPERTY_CERTIFICATE: _of(owner=_TEXT, certificate_number=_TEXT, address=_TEXT, floor_area=_NUMBER),
    DocumentKind.AUDIT_REPORT: _of(
        audit_firm=_TEXT,
        report_number=_TEXT,
        auditee=_TEXT,
        fiscal_year=_COUNT,
        opinion=_one_of("opinion"),
        signed=_DAY,
    ),
    DocumentKind.FINANCIAL_STATEMENTS: _of(entity=_TEXT, fiscal_year=_COUNT, total_assets=_NUMBER),
    DocumentKind.ASSET_LIST: _of(entity=_TEXT),
    DocumentKind.IMPLEMENTATION_PLAN: _of(entity=_TEXT),
    DocumentKind.MANAGEMENT_SYSTEM: _of(entity=_TEXT),
    DocumentKind.STAFF_ROSTER: _of(role=_one_of("role"), people=_PEOPLE),
    DocumentKind.SKILL_CERTIFICATE: _of(person=_TEXT, occupation=_TEXT, level=_LEVEL, certificate_number=_CODE),
    DocumentKind.TRAINEE_ROSTER: _of(rows=_COUNT),
    DocumentKind.CREDIT_REPORT: _of(name=_TEXT, credit_code=_CODE, issued=_DAY),
    DocumentKind.INTEGRITY_PLEDGE: _of(name=_TEXT, signed=_DAY),
    DocumentKind.INFORMATISATION_STATEMENT: _of(entity=_TEXT),
    DocumentKind.APPLICATION_REPORT: _of(entity=_TEXT),
    DocumentKind.CERTIFICATE_SPECIMEN: {},
    DocumentKind.OTHER: {},
}
