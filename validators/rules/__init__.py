"""The rules by their ids: every function here under `@rule` is one; its docstring is its page in docs/rules.md."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache

from schemas.finding import Finding
from validators.case import Case
from validators.finding import Clause

Rule = Callable[[Case, Clause], list[Finding]]
"""Answers with at least one finding."""

_RULES: dict[str, Rule] = {}


def rule(rule_id: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of that id."""

    def register(function: Rule) -> Rule:
        _RULES[rule_id] = function
        return function

    return register


@cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by their ids."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_RULES.items()))
