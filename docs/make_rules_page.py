"""Writes docs/rules.md from the rules' docstrings and their uses: `python docs/make_rules_page.py`."""

import inspect
from pathlib import Path

from validators import programmes
from validators.rules import rules

PAGE = Path(__file__).with_name("rules.md")
_PARTS = ("What it does", "Why", "Example", "Needs", "Subject")


def page() -> str:
    """Return the page in Markdown."""
    uses: dict[str, list[str]] = {}
    for programme in map(programmes.load, programmes.known()):
        for use in programme.rules:
            needs = f", needs `{use.needs}`" if use.needs else ""
            uses.setdefault(use.rule, []).append(f"- `{programme.id}`: {use.basis}{needs}")
    parts = ["# Rules\n\nMade from the rules' docstrings by `docs/make_rules_page.py`; do not edit.\n"]
    for rule_id, function in rules().items():
        lines = (inspect.getdoc(function) or "").splitlines()
        body = "\n".join(_marked(line) for line in lines)
        parts.append(
            f"## `{rule_id}`\n\n{body}\n\nUsed by:\n\n" + "\n".join(uses.get(rule_id, ["- no programme"])) + "\n"
        )
    return "\n".join(parts)


def _marked(line: str) -> str:
    for part in _PARTS:
        if line.startswith(f"{part}:"):
            return f"\n**{part}:**{line.removeprefix(f'{part}:')}"
    return line


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
