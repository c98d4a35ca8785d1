"""Makes coherent fictional dossiers with their truth: `python -m samples.generator OUT --seed N --count K`.

A dossier is invented (`organisation`), written (`papers`), perhaps spoiled (`mistakes`), set (`setting`), scanned
(`defects`) and packed (`packets`). The same seed gives the same dossiers.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from samples.generator import mistakes, organisation, packets, papers, setting

PROGRAMMES = ("jilin-2022", "tianjin-2020")
QUALITIES = ("office", "office", "poor")


def generate(out: Path, *, seed: int, count: int, programmes: Sequence[str] = PROGRAMMES) -> None:
    """Write `count` dossiers as OUT/<programme>/<dossier>/… and their truth as OUT/truth/<programme>/<dossier>.json.

    About half are clean, the others have one or two planted mistakes. Raises fonts.FontsMissingError.
    """
    for number in range(count):
        random = Random(f"{seed}/{number}")
        make(
            out,
            out / "truth",
            random,
            programme=programmes[number % len(programmes)],
            name=f"D-{number + 1:04}",
            container=packets.CONTAINERS[random.randrange(len(packets.CONTAINERS))],
            quality=random.choice(QUALITIES),
            plant=None if random.random() < 0.5 else random.choice((1, 1, 2)),
        )


def make(
    out: Path,
    truth: Path,
    random: Random,
    *,
    programme: str,
    name: str,
    container: str,
    quality: str,
    plant: int | Sequence[str] | None = None,
    brief: bool = False,
) -> None:
    """Make one dossier: `plant` says how many mistakes, or which rules they break; `brief` asks for few pages."""
    one = organisation.invent(random, programme)
    written = papers.write(random, one, brief=brief)
    planted = mistakes.plant(random, one, written, plant) if plant else []
    random.shuffle(written)
    pdf, pages = setting.set_papers(random, written, one)
    sheets = [packets.Sheet(number, page.paper) for number, page in enumerate(pages)]
    sheets = _with_blanks(random, sheets)
    if any(one.rule == "file.duplicate_page" for one in planted):
        sheets.append(random.choice([sheet for sheet in sheets if _tells_apart(sheet, written)]))
    folder = out / programme / name
    placed = packets.pack(random, folder, pdf, sheets, container=container, quality=quality)
    _write_envelope(folder, one)
    _write_truth(truth / programme / f"{name}.json", written, placed, planted)


def _tells_apart(sheet: packets.Sheet, written: Sequence[papers.Paper]) -> bool:
    """Say whether a page says enough to be known again: covers and specimens do not."""
    return sheet.paper is not None and written[sheet.paper].kind in {"staff_roster", "registration_certificate"}


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
    (folder / "dossier.toml").write_text(
        f'received = {one.received.isoformat()}\napplicant_type = "{one.applicant_type}"\n', encoding="utf-8"
    )


def _write_truth(
    path: Path,
    written: Sequence[papers.Paper],
    placed: Sequence[packets.Placed],
    planted: Sequence[mistakes.Planted],
) -> None:
    places: dict[int, list[packets.Placed]] = {}
    again: packets.Placed | None = None
    for one in placed:
        if one.sheet.paper is None:
            continue
        if any(one.sheet == earlier.sheet for earlier in places.get(one.sheet.paper, [])):
            again = one
            continue
        places.setdefault(one.sheet.paper, []).append(one)
    documents: list[dict[str, Any]] = [
        {
            "kind": written[paper].kind,
            "pages": [{"file": one.file, "page": one.page} for one in pages],
            "fields": written[paper].fields,
        }
        for paper, pages in sorted(places.items(), key=lambda item: (item[1][0].file, item[1][0].page))
    ]
    findings = [
        {
            "rule": one.rule,
            "subject": f"{again.file}#{again.page}" if again and one.rule == "file.duplicate_page" else one.subject,
            "outcome": one.outcome,
        }
        for one in planted
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"clean": not planted, "documents": documents, "planted": findings}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
