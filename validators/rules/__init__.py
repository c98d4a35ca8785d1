"""The rules by their ids: every function here under `@rule` is one; its docstring is its page in docs/rules.md."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError

from schemas.finding import Finding
from validators.case import Case
from validators.finding import Clause

Rule = Callable[[Case, Clause], list[Finding]]
"""Answers with at least one finding."""

_RULES: dict[str, Rule] = {}
_NEEDS: dict[str, dict[str, TypeAdapter[Any]]] = {}


def rule(rule_id: str, **needs: Any) -> Callable[[Rule], Rule]:
    """Register a function as the rule of that id.

    `needs` are the thresholds it takes from a programme, each with its type; one whose type allows None may be left
    out.
    """

    def register(function: Rule) -> Rule:
        _RULES[rule_id] = function
        _NEEDS[rule_id] = {name: TypeAdapter(kind) for name, kind in needs.items()}
        return function

    return register


@cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by their ids."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_RULES.items()))


def wrong_needs(rule_id: str, needs: Mapping[str, JsonValue]) -> dict[str, str]:
    """Return what is wrong with the thresholds a programme gives a rule, by their names."""
    rules()
    known = _NEEDS[rule_id]
    wrong = {name: f"规则 {rule_id} 没有这一项（有 {'、'.join(known) or '无'}）" for name in needs if name not in known}
    for name, kind in known.items():
        try:
            kind.validate_python(needs.get(name))
        except ValidationError as error:
            reason = error.errors()[0]["msg"] if name in needs else "缺少这一项"
            wrong[name] = f"规则 {rule_id}：{reason}"
    return wrong
