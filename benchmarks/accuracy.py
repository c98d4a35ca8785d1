"""Field accuracy, page kinds, planted mistakes and pages/s on freshly generated dossiers.

`make bench`, or `python -m benchmarks.accuracy --count 30 --seed 20261121`.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from extractors.reading import Reader
from flows.verify import verify_dossier
from samples.generator import generate
from schemas.document import Document
from schemas.report import Report
from schemas.settings import Settings

# What the project promises most (at least 97 % exact).
HEADLINE = (
    ("application_form", "credit_code"),
    ("registration_certificate", "credit_code"),
    ("lease_contract", "lease_start"),
    ("lease_contract", "lease_end"),
    ("lease_contract", "floor_area"),
    ("property_certificate", "floor_area"),
    ("application_form", "legal_representative"),
    ("registration_certificate", "legal_representative"),
)


@dataclass
class Tally:
    """Right, wrong and null values of one field; right ones read as null in the truth count nowhere."""

    right: int = 0
    wrong: int = 0
    null: int = 0
    examples: list[str] = field(default_factory=list[str])

    @property
    def exact(self) -> float:
        """Return the part that is right."""
        return self.right / max(self.right + self.wrong + self.null, 1)


@dataclass
class Scores:
    """What a run adds up to."""

    fields: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    pages: Counter[bool] = field(default_factory=Counter[bool])
    page_examples: list[str] = field(default_factory=list[str])
    defects: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    defect_examples: list[str] = field(default_factory=list[str])
    clean: Counter[str] = field(default_factory=Counter[str])
    clean_examples: list[str] = field(default_factory=list[str])
    seconds: float = 0.0
    read: int = 0


def main() -> None:
    """Generate dossiers, verify them, compare with their truth, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=20261121)
    arguments.add_argument("--packets", type=Path, help="dossiers generated earlier, with their truth/ beside them")
    arguments.add_argument("--json", type=Path, help="write the scores and every wrong value here")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.packets or Path(temporary)
        if chosen.packets is None:
            started = time.monotonic()
            generate(folder, seed=chosen.seed, count=chosen.count)
            print(f"{chosen.count} dossiers generated in {time.monotonic() - started:.0f} s (seed {chosen.seed})")
        scores = measure(folder)
    show(scores)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(_plain(scores), ensure_ascii=False, indent=1), encoding="utf-8")


def measure(folder: Path) -> Scores:
    """Verify every dossier that has a truth and compare."""
    settings = Settings()
    reader = Reader(settings.ocr)
    # Loading the engine is no dossier's work.
    _ = reader.engine
    scores = Scores()
    for truth_path, truth in _truths(folder):
        programme, name = truth_path.parent.name, truth_path.stem
        with tempfile.TemporaryDirectory() as work:
            started = time.monotonic()
            report, pages = verify_dossier(
                folder / programme / name, programme=programme, name=name, reader=reader, limits=settings.limits,
                work=Path(work),
            )  # fmt: skip
            scores.seconds += time.monotonic() - started
            scores.read += len(pages)
        _compare(f"{programme}/{name}", truth, report, scores)
    return scores


def _truths(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted((folder / "truth").glob("*/*.json")):
        yield path, json.loads(path.read_text(encoding="utf-8"))


def _compare(where: str, truth: Mapping[str, Any], report: Report, scores: Scores) -> None:
    by_page = {(page.file, page.page): document for document in report.documents for page in document.pages}
    for wanted in truth["documents"]:
        found = [by_page.get((page["file"], page["page"])) for page in wanted["pages"]]
        for page, document in zip(wanted["pages"], found, strict=True):
            right = document is not None and document.kind == wanted["kind"]
            scores.pages[right] += 1
            if not right:
                kind = document.kind if document is not None else None
                scores.page_examples.append(f"{where} {page['file']}#{page['page']} {wanted['kind']} → {kind}")
        _compare_fields(where, wanted, next((one for one in found if one and one.kind == wanted["kind"]), None), scores)
    _compare_findings(where, truth, report, scores)


def _compare_fields(where: str, wanted: Mapping[str, Any], document: Document | None, scores: Scores) -> None:
    for name, value in wanted["fields"].items():
        if value is None or value == []:
            continue
        read = document.fields[name].value if document is not None and name in document.fields else None
        tally = scores.fields[wanted["kind"], name]
        if _same(value, read):
            tally.right += 1
        elif read is None:
            tally.null += 1
            tally.examples.append(f"{where}: {value!r} → null")
        else:
            tally.wrong += 1
            tally.examples.append(f"{where}: {value!r} → {read!r}")


def _same(wanted: Any, read: Any) -> bool:
    if isinstance(wanted, int | float) and isinstance(read, int | float) and not isinstance(wanted, bool):
        return abs(wanted - read) < 0.005
    if isinstance(wanted, Mapping) and isinstance(read, Mapping):
        return all(_same(value, read.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(read, list):
        return len(wanted) == len(read) and all(_same(one, other) for one, other in zip(wanted, read, strict=True))
    return wanted == read


def _compare_findings(where: str, truth: Mapping[str, Any], report: Report, scores: Scores) -> None:
    planted = truth["planted"]
    for defect in planted:
        outcomes = {
            finding.outcome
            for finding in report.findings
            if finding.rule == defect["rule"] and defect.get("subject") in {None, finding.subject}
        }
        outcome = next((one for one in ("fail", "review") if one in outcomes), "missed")
        caught = outcome == defect["outcome"] or outcome == "fail"
        scores.defects[defect["rule"]]["caught" if caught else "surfaced" if outcome == "review" else "missed"] += 1
        if not caught:
            scores.defect_examples.append(f"{where}: {defect['rule']} {defect.get('subject')} → {outcome}")
    if not planted:
        scores.clean[report.verdict] += 1
        scores.clean_examples.extend(
            f"{where}: {finding.outcome} {finding.rule} {finding.subject or ''} {finding.message}"
            for finding in report.findings
            if finding.outcome in {"fail", "review"}
        )


def show(scores: Scores) -> None:
    """Print the scores."""
    console = Console(width=120)
    table = Table("kind", "field", "right", "wrong", "null", "exact", title="Fields")
    for (kind, name), tally in sorted(scores.fields.items(), key=lambda item: (item[0] not in HEADLINE, item[0])):
        row = (kind, name, str(tally.right), str(tally.wrong), str(tally.null), f"{tally.exact:.1%}")
        table.add_row(*row, style="bold" if (kind, name) in HEADLINE else None)
    console.print(table)
    table = Table("rule", "caught", "surfaced", "missed", title="Planted mistakes")
    for rule, counts in sorted(scores.defects.items()):
        table.add_row(rule, str(counts["caught"]), str(counts["surfaced"]), str(counts["missed"]))
    console.print(table)
    total = sum(scores.pages.values())
    console.print(f"page kinds right: {scores.pages[True]}/{total} = {scores.pages[True] / max(total, 1):.2%}")
    console.print(f"clean dossiers: {dict(scores.clean)}")
    console.print(
        f"{scores.read} pages in {scores.seconds:.1f} s = {scores.read / max(scores.seconds, 1e-9):.2f} pages/s"
    )


def _plain(scores: Scores) -> dict[str, Any]:
    wrong: dict[str, Sequence[str]] = {
        f"{kind}.{name}": tally.examples for (kind, name), tally in scores.fields.items() if tally.examples
    }
    return {
        "wrong": wrong,
        "pages": scores.page_examples,
        "defects": scores.defect_examples,
        "clean": scores.clean_examples,
    }


if __name__ == "__main__":
    main()
