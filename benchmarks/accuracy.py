"""Fields, page kinds, planted mistakes, false alarms and pages/s on freshly generated dossiers of every programme.

`make bench-accuracy N=40 SEED=20261121 FAMILY=second`, or `python -m benchmarks.accuracy --help`. Every dossier goes
the way that users' dossiers go; with `--compare K` some of them are read by other recognisers too
(`benchmarks.others`), with the same splitting and extraction behind.
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

from benchmarks.others import MissingError, OtherReader, StockPaddle, Tesseract
from extractors.reading import Reader
from flows.run import Progress, verify_source
from flows.verify import verify_dossier
from flows.workers import Workers
from samples.generator.defects import HARD, OFFICE
from samples.generator.dossiers import generate
from samples.generator.notices import PROGRAMMES
from samples.generator.setting import FAMILIES
from schemas.document import Document
from schemas.finding import Finding
from schemas.report import Report, listed
from schemas.settings import PrivacySettings, Settings

# What the project promises most (at least 99 % exact on office-quality paper, 95 % on the rest).
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
_GROUPS = {**dict.fromkeys(OFFICE, "office"), **dict.fromkeys(HARD, "poor")}
_OTHERS: dict[str, type[OtherReader]] = {"PaddleOCR pipeline": StockPaddle, "Tesseract chi_sim": Tesseract}


@dataclass
class Tally:
    """Right, wrong and null values; what is blank on paper counts only where something was read there."""

    right: int = 0
    wrong: int = 0
    null: int = 0

    @property
    def total(self) -> int:
        """Return how many there are."""
        return self.right + self.wrong + self.null

    @property
    def exact(self) -> str:
        """Return the part that is right, in per cent."""
        return f"{self.right / self.total:.1%}" if self.total else ""

    def add(self, other: "Tally") -> None:
        """Count another's in."""
        self.right, self.wrong, self.null = self.right + other.right, self.wrong + other.wrong, self.null + other.null


@dataclass
class Scores:
    """What a run adds up to. Fields by kind, name and scan quality; page kinds by quality, right and all."""

    fields: dict[tuple[str, str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    pages: Counter[tuple[str, bool]] = field(default_factory=Counter[tuple[str, bool]])
    page_examples: list[str] = field(default_factory=list[str])
    defects: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    defect_examples: list[str] = field(default_factory=list[str])
    clean: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    clean_examples: list[str] = field(default_factory=list[str])
    alarms: list[str] = field(default_factory=list[str])
    unreported: dict[str, str] = field(default_factory=dict[str, str])
    seconds: float = 0.0
    read: int = 0

    def sum(self, names: Sequence[tuple[str, str]] | None, qualities: Sequence[str]) -> Tally:
        """Add up fields (None: all of them) over scan qualities."""
        total = Tally()
        for (kind, name, quality), tally in self.fields.items():
            if quality in qualities and (names is None or (kind, name) in names):
                total.add(tally)
        return total


class _Counter(Progress):
    """Counts the pages of a run."""

    def __init__(self) -> None:
        self.pages = 0

    def pages_read(self, pages: int, seconds: float) -> None:
        del seconds
        self.pages += pages


def main() -> None:
    """Generate dossiers, verify them, compare with their truth, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=40)
    arguments.add_argument("--seed", type=int, default=20261121)
    arguments.add_argument("--family", choices=(*FAMILIES, "all"), default="all", help="of templates and fonts")
    arguments.add_argument("--compare", type=int, default=0, help="so many of them are read by other recognisers too")
    arguments.add_argument("--packets", type=Path, help="dossiers generated earlier, with their truth/ beside them")
    arguments.add_argument("--json", type=Path, help="write every wrong value, page and finding here")
    chosen = arguments.parse_args()
    console = Console(width=130)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.packets or Path(temporary)
        if chosen.packets is None:
            _generate(folder, chosen.seed, chosen.count, chosen.family)
            console.print(f"{chosen.count} dossiers, seed {chosen.seed}, template family {chosen.family}")
        scores = measure(folder)
        show(console, scores)
        if chosen.compare:
            show_comparison(console, compare(folder, chosen.compare))
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(_examples(scores), ensure_ascii=False, indent=1), encoding="utf-8")


def _generate(folder: Path, seed: int, count: int, family: str) -> None:
    """Generate dossiers of one family, or as many of each."""
    families = FAMILIES if family == "all" else (family,)
    for place, one in enumerate(families):
        first, behind = (count * edge // len(families) for edge in (place, place + 1))
        generate(folder, seed=seed, count=behind - first, family=one, first=first + 1)


def measure(folder: Path) -> Scores:
    """Verify every dossier that has a truth, as a run of all of a programme's dossiers does, and compare."""
    # Truths have identity numbers in full.
    settings, scores = Settings(privacy=PrivacySettings(full_identity_numbers=True)), Scores()
    with tempfile.TemporaryDirectory() as reports:
        for programme in PROGRAMMES:
            if not (folder / programme).is_dir():
                continue
            counter, started = _Counter(), time.monotonic()
            summary = verify_source(str(folder / programme), programme, Path(reports), settings, progress=counter)
            scores.seconds += time.monotonic() - started
            scores.read += counter.pages
            scores.unreported |= {f"{programme}/{row.dossier}": row.error for row in summary.dossiers if row.error}
        for path, truth in _truths(folder):
            report, where = (
                Path(reports) / path.parent.name / path.stem / "report.json",
                f"{path.parent.name}/{path.stem}",
            )
            if where not in scores.unreported:
                _compare(where, truth, Report.model_validate_json(report.read_bytes()), scores)
    return scores


def compare(folder: Path, count: int) -> dict[str, Scores | str]:
    """Read scanned dossiers by every recogniser, each with the same extraction; one that is not here says so."""
    settings = Settings()
    scanned = [one for one in _truths(folder) if one[1]["quality"] != "digital"]
    truths = sorted(scanned, key=lambda one: one[0].stem)[:: max(len(scanned) // count, 1)][:count]
    results: dict[str, Scores | str] = {}
    for name, make in {"Heyan": Reader, **_OTHERS}.items():
        try:
            make(settings.ocr)
        except MissingError as error:
            results[name] = f"not installed: {error}"
            continue
        scores = results[name] = Scores()
        # The others share the cores among their own threads, as who installs them gets it.
        own = settings if make is Reader else settings.model_copy(update={"workers": 1})
        with Workers(own, make) as workers:
            for path, truth in truths:
                programme, dossier = path.parent.name, path.stem
                with tempfile.TemporaryDirectory() as work:
                    started = time.monotonic()
                    report, pages = verify_dossier(
                        folder / programme / dossier,
                        programme=programme,
                        name=dossier,
                        workers=workers,
                        limits=settings.limits,
                        work=Path(work),
                    )
                    scores.seconds += time.monotonic() - started
                    scores.read += len(pages)
                _compare(f"{programme}/{dossier}", truth, report, scores)
    return results


def _truths(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted((folder / "truth").glob("*/*.json")):
        yield path, json.loads(path.read_text(encoding="utf-8"))


def _compare(where: str, truth: Mapping[str, Any], report: Report, scores: Scores) -> None:
    by_page: dict[tuple[str, int], list[Document]] = defaultdict(list)
    for document in listed(report.documents):
        for place in document.pages:
            by_page[place.file, place.page].append(document)
    compared: set[str] = set()
    for wanted in truth["documents"]:
        found = [by_page[page["file"], page["page"]] for page in wanted["pages"]]
        for page, documents in zip(wanted["pages"], found, strict=True):
            # Several documents of a page are of one kind.
            kind = documents[0].kind if documents else None
            # A page of no listed kind may be left out.
            right = kind == wanted["kind"] or (wanted["kind"] == "other" and kind is None)
            scores.pages[page["quality"], right] += 1
            if not right:
                place = f"{where} {page['file']}#{page['page']} ({page['quality']})"
                scores.page_examples.append(f"{place} {wanted['kind']} → {kind}")
        of_kind = [one for documents in found for one in documents if one.kind == wanted["kind"]]
        document = next((one for one in of_kind if one.id not in compared), next(iter(of_kind), None))
        if document is not None:
            compared.add(document.id)
        _compare_fields(where, wanted, document, scores)
    _compare_findings(where, truth, report, scores)


def _compare_fields(where: str, wanted: Mapping[str, Any], document: Document | None, scores: Scores) -> None:
    # The worst page's quality: a field may stand on any of them.
    quality = max((page["quality"] for page in wanted["pages"]), key=lambda one: one in HARD)
    for name, value in wanted["fields"].items():
        read = document.fields[name].value if document is not None and name in document.fields else None
        if value in (None, []) and read in (None, []):
            continue
        tally = scores.fields[wanted["kind"], name, quality]
        if _same(value, read):
            tally.right += 1
            continue
        if read in (None, []):
            tally.null += 1
        else:
            tally.wrong += 1
        scores.wrong[f"{wanted['kind']}.{name}"].append(f"{where} ({quality}): {value!r} → {read!r}")


def _same(wanted: Any, read: Any) -> bool:
    if isinstance(wanted, int | float) and isinstance(read, int | float) and not isinstance(wanted, bool):
        return abs(wanted - read) < 0.005
    if isinstance(wanted, Mapping) and isinstance(read, Mapping):
        return all(_same(value, read.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(read, list):
        return len(wanted) == len(read) and all(_same(one, other) for one, other in zip(wanted, read, strict=True))
    return wanted == read or (wanted in (None, []) and read in (None, []))


def _compare_findings(where: str, truth: Mapping[str, Any], report: Report, scores: Scores) -> None:
    planted = truth["planted"]
    for defect in planted:
        outcome = _outcome(defect, report.findings)
        caught = outcome in (defect["outcome"], "fail")
        scores.defects[defect["rule"]]["caught" if caught else "surfaced" if outcome == "review" else "missed"] += 1
        if not caught:
            place = f"{where} ({truth['quality']})"
            scores.defect_examples.append(f"{place}: {defect['rule']} {defect['subject'] or ''} → {outcome}")
    rules = {defect["rule"] for defect in planted}
    open_findings = [finding for finding in report.findings if finding.outcome in {"fail", "review"}]
    if truth["clean"]:
        scores.clean[_GROUPS[truth["quality"]]][report.verdict] += 1
        scores.clean_examples.extend(f"{where} ({truth['quality']}): {_said(one)}" for one in open_findings)
    else:
        others = (one for one in open_findings if one.outcome == "fail" and one.rule not in rules)
        scores.alarms.extend(f"{where} ({truth['quality']}): {_said(one)} (planted: {sorted(rules)})" for one in others)


def _outcome(defect: Mapping[str, Any], findings: Sequence[Finding]) -> str:
    """Return what a planted mistake came to: `fail`, `review`, or `pass`, `not_applicable`, `silent`: missed."""
    outcomes = {
        finding.outcome
        for finding in findings
        if finding.rule == defect["rule"] and defect["subject"] in {None, finding.subject}
    }
    return next((one for one in ("fail", "review", "pass", "not_applicable") if one in outcomes), "silent")


def _said(finding: Finding) -> str:
    return f"{finding.outcome} {finding.rule} {finding.subject or ''} {finding.message}"


def show(console: Console, scores: Scores) -> None:
    """Print the scores."""
    table = Table("kind", "field", title="Fields: right/wrong/null, and the part that is right")
    for group in ("office-quality", "poor", "all"):
        table.add_column(group)
        table.add_column("%", justify="right")
    names = {(kind, name) for kind, name, _ in scores.fields}
    for kind, name in sorted(names, key=lambda one: (one not in HEADLINE, one)):
        tallies = [scores.sum([(kind, name)], group) for group in (OFFICE, HARD, OFFICE + HARD)]
        cells = [cell for tally in tallies for cell in (_cell(tally), tally.exact)]
        table.add_row(kind, name, *cells, style="bold" if (kind, name) in HEADLINE else None)
    console.print(table)
    table = Table("scan", "headline fields", "%", "all fields", "%", "page kinds", "%", title="By scan quality")
    for label, qualities in {**{one: (one,) for one in OFFICE + HARD}, "all": OFFICE + HARD}.items():
        headline, everything = scores.sum(HEADLINE, qualities), scores.sum(None, qualities)
        right = sum(scores.pages[one, True] for one in qualities)
        pages = right + sum(scores.pages[one, False] for one in qualities)
        if pages:
            kinds = (f"{right}/{pages}", f"{right / pages:.2%}")
            table.add_row(label, _cell(headline), headline.exact, _cell(everything), everything.exact, *kinds)
    console.print(table)
    table = Table("rule", "caught", "surfaced", "missed", title="Planted mistakes")
    for rule, counts in sorted(scores.defects.items()):
        table.add_row(rule, *(str(counts[one]) for one in ("caught", "surfaced", "missed")))
    total = sum((counts for counts in scores.defects.values()), Counter[str]())
    table.add_row("all", *(str(total[one]) for one in ("caught", "surfaced", "missed")), style="bold")
    console.print(table)
    table = Table("clean dossiers", "accept", "review", "return", title="False alarms (return) and review rate")
    for group, counts in sorted(scores.clean.items()):
        table.add_row(group, *(str(counts[one]) for one in ("accept", "review", "return")))
    console.print(table)
    console.print(f"fails under rules nobody planted, in dossiers with mistakes: {len(scores.alarms)}")
    for dossier, error in scores.unreported.items():
        console.print(f"[red]no report on {dossier}[/red]: {error}")
    console.print(_speed(scores))


def show_comparison(console: Console, results: Mapping[str, Scores | str]) -> None:
    """Print what other recognisers give with the same extraction."""
    table = Table("recogniser", "scan", "headline fields", "%", "all fields", "%", "page kinds", "pages/s")
    table.title = "Same page images, same extraction"
    for name, scores in results.items():
        if isinstance(scores, str):
            table.add_row(name, scores)
            continue
        for label, qualities in (("office-quality", OFFICE), ("poor", HARD)):
            headline, everything = scores.sum(HEADLINE, qualities), scores.sum(None, qualities)
            right = sum(scores.pages[one, True] for one in qualities)
            pages = right + sum(scores.pages[one, False] for one in qualities)
            if not pages:
                continue
            speed = f"{scores.read / max(scores.seconds, 1e-9):.2f}"
            kinds = f"{right}/{pages}"
            table.add_row(
                name, label, _cell(headline), headline.exact, _cell(everything), everything.exact, kinds, speed
            )
    console.print(table)


def _cell(tally: Tally) -> str:
    return f"{tally.right}/{tally.wrong}/{tally.null}"


def _speed(scores: Scores) -> str:
    return f"{scores.read} pages in {scores.seconds:.1f} s = {scores.read / max(scores.seconds, 1e-9):.2f} pages/s"


def _examples(scores: Scores) -> dict[str, Any]:
    return {
        "wrong": scores.wrong,
        "pages": scores.page_examples,
        "defects": scores.defect_examples,
        "clean": scores.clean_examples,
        "alarms": scores.alarms,
    }


if __name__ == "__main__":
    main()
