"""Writes docs/rules.md from the rules' docstrings and their uses: `python docs/make_rules_page.py`."""

import inspect
import json
from pathlib import Path

from validators import programmes
from validators.certainty import SURE
from validators.rules import rules

PAGE = Path(__file__).with_name("rules.md")
_PARTS = ("What it does", "Why", "Example", "Needs", "Subject")


def page() -> str:
    """Return the page in Markdown."""
    uses: dict[str, list[str]] = {}
    for programme in map(programmes.load, programmes.known()):
        for use in programme.rules:
            needs = "".join(
                f", `{name} = {json.dumps(value, ensure_ascii=False)}`" for name, value in use.needs.items()
            )
            exception = f" ({use.exception})" if use.exception is not None else ""
            whom = "".join(f", {one}" for one in (*use.applicant_types, *use.scopes))
            uses.setdefault(use.rule, []).append(f"- `{programme.id}`{whom}: {use.basis}{needs}{exception}")
    parts = [
        "# Rules\n\nMade from the rules' docstrings by `docs/make_rules_page.py`; do not edit.\n\n"
        "Every rule answers at least once: `pass` or `fail` where evidence read with a confidence of at least "
        f"{SURE} carries it, `review` where a person must look, `not_applicable` where nothing is asked.\n"
    ]
    for rule_id, function in rules().items():
        lines = (inspect.getdoc(function) or "").splitlines()
        body = "\n".join(_marked(line) for line in lines).replace("\n\n\n", "\n\n")
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
