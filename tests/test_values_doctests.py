"""The examples in the value parsers' docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import extractors.values


@pytest.mark.parametrize("name", [one.name for one in pkgutil.iter_modules(extractors.values.__path__)])
def test_examples(name: str):
    module = importlib.import_module(f"extractors.values.{name}")
    assert doctest.testmod(module).failed == 0
