"""How sure a reading must be to count: settings that `heyan calibrate` fits to what reviewers corrected."""

from pydantic import Field

from schemas.base import Model


class Thresholds(Model):
    """The least confidence of what a reading is used for.

    `sure` is that of the evidence that carries a pass or a fail. Confidence is the part of such readings that are
    right: of the values said with 0.8 or more, over 99 in 100 are, and just above it five in six (docs/accuracy.md).

    `checked` is that with which a number must be read to be called wrong because its check character does not hold:
    one misread digit is enough to break it, so no digit may be in doubt.
    """

    sure: float = Field(default=0.8, ge=0.7, le=0.995)
    checked: float = Field(default=0.985, ge=0.97, le=0.999)
