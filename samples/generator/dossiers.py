"""Whole dossiers with their truth, from invention to files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from natsort import natsorted

from samples.generator import mistakes, notices, organisation, packets, papers, setting

QUALITIES = (*("office",) * 4, "fine", *("poor",) * 2, *("copy", "worn", "photo"))
# Two dossiers in so many share a page or a person.
_PAIR_EVERY = 15
_TRIES = 50


@dataclass
class Made:
    """A dossier as it was made, for the one that borrows from it."""

    one: organisation.Organisation
    written: list[papers.Paper]
    pdf: bytes
    sheets: list[packets.Sheet]
    placed: list[packets.Placed]
    truth: Path

    def kind(self, sheet: packets.Sheet) -> str | None:
        """Return the kind of the paper a sheet is of; None for blank and lent ones."""
        return self.written[sheet.paper].kind if sheet.paper is not None else None


def generate(
    out: Path,
    *,
    seed: int,
    count: int,
    programmes: Sequence[str] = notices.PROGRAMMES,
    family: str = setting.FAMILIES[0],
    first: int = 1,
) -> None:
    """Write `count` dossiers as OUT/<programme>/<dossier>/… and their truth as OUT/truth/<programme>/<dossier>.json.

    They are numbered from `first`; the same seed, number and family give the same dossier. About half are clean, the
    others have one or two planted mistakes; some borrow a page or a person from an earlier one. Raises
    fonts.FontsMissingError.
    """
    lenders: dict[str, Made] = {}
    for number in range(first - 1, first - 1 + count):
        random = Random(f"{seed}/{number}/{family}")
        programme = programmes[number % len(programmes)]
        container = random.choice(packets.CONTAINERS)
        quality = random.choice(QUALITIES)
        rules = [] if random.random() < 0.5 else mistakes.choose(random, programme, random.choice((1, 1, 2)))
        borrowing = number % _PAIR_EVERY >= _PAIR_EVERY - len(programmes) and random.random() < 0.4
        made = make(
            out,
            out / "truth",
            random,
            programme=programme,
            name=f"D-{number + 1:04}",
            container=container,
            quality=quality,
            plant=rules,
            family=family,
            lender=lenders.get(programme) if borrowing and not rules else None,
        )
        lenders[programme] = made


def make(
    out: Path,
    truth: Path,
    random: Random,
    *,
    programme: str,
    name: str,
    container: str,
    quality: str,
    plant: Sequence[str] = (),
    brief: bool = False,
    family: str = setting.FAMILIES[0],
    lender: Made | None = None,
) -> Made:
    """Make one dossier: `plant` names the rules that it breaks, `brief` asks for few pages.

    With a `lender` it uses a page of that dossier, or one of its people, which both truths say.
    """
    one, written, planted = _write(random, programme, plant, brief=brief)
    shared: mistakes.Planted | None = None
    if lender is not None and random.random() < 0.5:
        try:
            person = mistakes.reuse_person(random, lender.one, written)
            shared = mistakes.Planted(mistakes.PERSON_REUSED, person)
        except mistakes.Unfit:
            # Its people are nowhere listed: a page is lent instead.
            shared = None
    random.shuffle(written)
    pdf, pages = setting.set_papers(random, written, one, family)
    sheets = _with_blanks(random, [packets.Sheet(number, page.paper) for number, page in enumerate(pages)])
    if mistakes.DUPLICATE in plant:
        sheets.append(random.choice([sheet for sheet in sheets if _tells_apart(sheet, written)]))
    lendable = _lendable(lender) if lender is not None and shared is None else []
    lent = random.choice(lendable) if lendable else None
    if lender is not None and lent is not None:
        pdf = packets.append_page(pdf, lender.pdf, lent.number or 0)
        sheets.insert(_behind(sheets, written), packets.Sheet(len(pages), None, lent=True))
    folder = out / programme / name
    placed = packets.pack(random, folder, pdf, sheets, container=container, quality=quality)
    bad = packets.put_unreadable(random, folder, pdf) if mistakes.UNREADABLE in plant else None
    _write_envelope(folder, one)
    made = Made(one, written, pdf, sheets, placed, truth / programme / f"{name}.json")
    findings = [_named(finding, made, bad) for finding in planted]
    if lender is not None and (shared or lent):
        findings.append(_share(made, lender, shared, lent))
    _write_truth(made, findings, quality=quality, container=container, family=family)
    return made


def _write(
    random: Random, programme: str, plant: Sequence[str], *, brief: bool
) -> tuple[organisation.Organisation, list[papers.Paper], list[mistakes.Planted]]:
    """Invent applicants until one gives room for the mistakes. Raises mistakes.Unfit where none does."""
    for attempt in range(_TRIES):
        one = organisation.invent(random, programme, outside_window=mistakes.WINDOW in plant)
        written = papers.write(random, one, brief=brief)
        try:
            return one, written, mistakes.plant(random, one, written, plant)
        except mistakes.Unfit:
            if attempt == _TRIES - 1:
                raise
    raise mistakes.Unfit(plant)


def _named(finding: mistakes.Planted, made: Made, bad: str | None) -> mistakes.Planted:
    """Give the findings about files the path or page that they are about; a seal is surely missing only in colour."""
    subject, outcome = finding.subject, finding.outcome
    if finding.rule == mistakes.UNREADABLE:
        subject = bad
    if finding.rule == mistakes.DUPLICATE:
        # Its second copy is the one that comes later among the files by their names.
        copy = next(one.sheet for place, one in enumerate(made.placed) if one.sheet in _sheets(made.placed[:place]))
        again = natsorted((one for one in made.placed if one.sheet == copy), key=lambda one: (one.file, one.page))[-1]
        subject = f"{again.file}#{again.page}"
    if finding.rule == "seal.missing" and not all(one.colour for one in made.placed if made.kind(one.sheet) == subject):
        outcome = "review"
    return mistakes.Planted(finding.rule, subject, outcome)


def _sheets(placed: Sequence[packets.Placed]) -> set[packets.Sheet]:
    return {one.sheet for one in placed if one.sheet.number is not None}


def _tells_apart(sheet: packets.Sheet, written: Sequence[papers.Paper]) -> bool:
    """Say whether a page says enough to be known again: covers and specimens do not."""
    return sheet.paper is not None and written[sheet.paper].kind in {"staff_roster", "registration_certificate"}


_PROSE = ("management_system", "implementation_plan")


def _lendable(made: Made) -> list[packets.Sheet]:
    """Return pages that bear no applicant's name: the later ones of plans and rules, and people's certificates."""
    first: set[int | None] = set()
    pages: list[packets.Sheet] = []
    for sheet in sorted({sheet for sheet in made.sheets if sheet.paper is not None}, key=lambda one: one.number or 0):
        kind = made.kind(sheet)
        if kind == "skill_certificate" or (kind in _PROSE and sheet.paper in first):
            pages.append(sheet)
        first.add(sheet.paper)
    return pages


def _behind(sheets: Sequence[packets.Sheet], written: Sequence[papers.Paper]) -> int:
    """Return the place behind the last page of the rules."""
    kinds = [written[sheet.paper].kind if sheet.paper is not None else None for sheet in sheets]
    return len(kinds) - kinds[::-1].index("management_system")


def _share(made: Made, lender: Made, person: mistakes.Planted | None, lent: packets.Sheet | None) -> mistakes.Planted:
    """Say in the lender's truth what it shares, and return the same finding for the borrower."""
    if person is not None:
        _add_finding(lender.truth, person)
        return person
    theirs = next(one for one in lender.placed if one.sheet == lent)
    ours = next(one for one in made.placed if one.sheet.lent)
    # Rules without a name on them may be a text that both took from one place.
    outcome = "review" if lender.kind(theirs.sheet) in _PROSE else "fail"
    _add_finding(lender.truth, mistakes.Planted(mistakes.PAGE_REUSED, f"{theirs.file}#{theirs.page}", outcome))
    return mistakes.Planted(mistakes.PAGE_REUSED, f"{ours.file}#{ours.page}", outcome)


def _with_blanks(random: Random, sheets: Sequence[packets.Sheet]) -> list[packets.Sheet]:
    """Put a blank sheet between documents here and there."""
    mixed: list[packets.Sheet] = []
    for place, sheet in enumerate(sheets):
        begins = place > 0 and sheets[place - 1].paper != sheet.paper
        if begins and random.random() < 0.06:
            mixed.append(packets.Sheet(None, None))
        mixed.append(sheet)
    return mixed


def _write_envelope(folder: Path, one: organisation.Organisation) -> None:
    lines = [f"received = {one.received.isoformat()}", f'applicant_type = "{one.applicant_type}"']
    if one.scope is not None:
        lines.append(f'scope = "{one.scope}"')
    (folder / "dossier.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_truth(made: Made, planted: Sequence[mistakes.Planted], *, quality: str, container: str, family: str) -> None:
    places: dict[int, list[packets.Placed]] = {}
    for one in made.placed:
        paper = one.sheet.paper
        if paper is not None and one.sheet not in {earlier.sheet for earlier in places.get(paper, [])}:
            places.setdefault(paper, []).append(one)
    documents: list[dict[str, Any]] = [
        {
            "kind": made.written[paper].kind,
            "pages": [
                {"file": one.file, "page": one.page, "quality": one.quality, "marks": list(one.marks)} for one in pages
            ],
            "fields": made.written[paper].fields,
        }
        for paper, pages in sorted(places.items(), key=lambda item: (item[1][0].file, item[1][0].page))
    ]
    truth = {
        "clean": not planted,
        "verdict": _verdict(planted),
        "quality": "digital" if container == "digital_pdf" else quality,
        "container": container,
        "family": family,
        "edges": made.one.edges,
        "documents": documents,
        "planted": [_as_data(one) for one in planted],
    }
    _save(made.truth, truth)


def _add_finding(path: Path, finding: mistakes.Planted) -> None:
    truth = json.loads(path.read_text(encoding="utf-8"))
    truth["planted"].append(_as_data(finding))
    verdict = "return" if finding.outcome == "fail" or truth["verdict"] == "return" else "review"
    _save(path, truth | {"clean": False, "verdict": verdict})


def _as_data(finding: mistakes.Planted) -> dict[str, str | None]:
    return {"rule": finding.rule, "subject": finding.subject, "outcome": finding.outcome}


def _verdict(planted: Sequence[mistakes.Planted]) -> str:
    """Return the verdict that a reader without a doubt comes to."""
    outcomes = {one.outcome for one in planted}
    return "return" if "fail" in outcomes else "review" if outcomes else "accept"


def _save(path: Path, truth: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
