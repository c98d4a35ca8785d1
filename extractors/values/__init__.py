"""Values as Chinese papers print them: one module for each kind of value, pure functions from text to values.

Every `find_…` function returns the values of its kind in the order they stand in the text, each with its place there,
so that the value gets a box of its own. What is not understood is left out, never guessed.
"""

from extractors.values.found import Found

__all__ = ["Found"]
