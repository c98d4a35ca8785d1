"""The base of every model: strict about its keys, so that a typing error in data is an error and not a silence."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A plain noun: no logic, no input or output."""

    model_config = ConfigDict(extra="forbid")


Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions (0 to 1) of the upright page."""
