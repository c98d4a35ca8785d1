"""Facts become findings: the rules, the notices as data, catalogue matching. Nothing here reads a pixel."""

from validators.checking import check, verdict

__all__ = ["check", "verdict"]
