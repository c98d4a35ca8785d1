"""The sample generator without its typesetter: what it invents, writes and spoils, and what scanning does."""

import dataclasses
import io
from datetime import date
from random import Random

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageFile

from extractors.values.codes import credit_code_holds
from samples.generator import defects, mistakes, notices, organisation, packets, papers
from schemas.document import DocumentKind

SEEDS = range(25)


def spoiled(
    programme: str, rule: str, seed: int
) -> tuple[organisation.Organisation, list[papers.Paper], list[mistakes.Planted]]:
    random = Random(f"{programme}/{rule}/{seed}")
    for _ in range(60):
        one = organisation.invent(random, programme, outside_window=rule == mistakes.WINDOW)
        written = papers.write(random, one)
        try:
            return one, written, mistakes.plant(random, one, written, [rule])
        except mistakes.Unfit:
            continue
    raise AssertionError(f"{rule} never fits {programme}")


def first(written: list[papers.Paper], kind: str) -> papers.Paper:
    return next(paper for paper in written if paper.kind == kind)


@pytest.mark.parametrize("programme", notices.PROGRAMMES)
def test_applicants_meet_what_their_notice_asks(programme: str):
    for seed in SEEDS:
        random = Random(seed)
        one = organisation.invent(random, programme)
        assert credit_code_holds(one.credit_code)
        assert one.valid_to is None or one.valid_to >= one.received
        assert papers.lease_end(one.lease_start, one.lease_months) >= one.received
        scale = one.scale
        if scale.years:
            assert all(
                row["started"] <= f"{one.received.year - scale.years}-{one.received.month:02}"
                for row in one.occupations
            )
        if scale.each or scale.total:
            assert min(row["trained"] for row in one.occupations) >= scale.each
            assert sum(row["trained"] for row in one.occupations) >= scale.total
        if one.scope == "league":
            assert not {1, 2} & {level for row in one.occupations for level in row["levels"]}
        if programme == "jilin-2022":
            assert one.lease_months >= 60
            assert one.floor_area >= 1000
            assert len(one.staff["full_time"]) >= 5


@pytest.mark.parametrize("programme", notices.PROGRAMMES)
def test_papers_are_of_known_kinds_and_of_one_piece(programme: str):
    for seed in SEEDS:
        random = Random(seed)
        one = organisation.invent(random, programme)
        written = papers.write(random, one)
        assert {paper.kind for paper in written} <= set(DocumentKind)
        form, certificate = first(written, "application_form"), first(written, "registration_certificate")
        for field in ("name", "credit_code", "address"):
            assert form.fields[field] == certificate.fields[field]


@pytest.mark.parametrize(
    ("programme", "rule"), [(programme, rule) for programme in notices.PROGRAMMES for rule in mistakes.rules(programme)]
)
def test_every_rule_can_be_broken(programme: str, rule: str):
    for seed in range(3):
        _, _, planted = spoiled(programme, rule, seed)
        assert rule in {one.rule for one in planted}


def test_every_rule_of_a_programme_is_broken_by_some_mistake():
    from validators import programmes  # noqa: PLC0415, only this test asks the notices

    cross = {mistakes.PAGE_REUSED, mistakes.PERSON_REUSED}
    for programme in notices.PROGRAMMES:
        asked = {use.rule for use in programmes.load(programme).rules}
        assert asked - set(mistakes.rules(programme)) - cross <= _NOT_PLANTED.get(programme, set())


# These notices close nobody out by the kind of certificate.
_NOT_PLANTED = {
    programme: {"organisation.ineligible"} for programme in ("tianjin-2020", "neimenggu-2020", "chifeng-2020")
}


def test_mistakes_lie_just_beyond_thresholds_too():
    months = {
        first(spoiled("jilin-2022", "lease.term_too_short", seed)[1], "lease_contract").fields["lease_months"]
        for seed in SEEDS
    }
    assert 59 in months
    assert months <= {24, 36, 48, 59}
    areas = {
        first(spoiled("jilin-2022", "premises.area_too_small", seed)[1], "property_certificate").fields["floor_area"]
        for seed in SEEDS
    }
    assert max(areas) < 1000
    assert max(areas) > 998


def test_clean_applicants_stand_on_thresholds_too():
    edges = {edge for seed in range(80) for edge in organisation.invent(Random(seed), "jilin-2022").edges}
    assert edges == {"window", "staff", "area", "term", "validity"}


def test_a_wrong_code_on_both_papers_gives_two_findings():
    subjects = {
        tuple(
            finding.subject
            for finding in spoiled("jilin-2022", "credit_code.invalid", seed)[2]
            if finding.rule == "credit_code.invalid"
        )
        for seed in SEEDS
    }
    assert subjects == {("application_form", "registration_certificate"), ("application_form",)}


def test_a_lease_of_whole_years_ends_the_day_before():
    assert papers.lease_end(date(2020, 3, 1), 60) == date(2025, 2, 28)


@pytest.fixture(scope="module")
def sheet() -> bytes:
    """A page with a black square in its upper left quarter."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 400))
    page.contents_add(b"50 250 80 80 re f")
    packed = io.BytesIO()
    pdf.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize("quality", [one for one in defects.OFFICE + defects.HARD if one != "digital"])
def test_every_quality_scans_and_the_same_seed_scans_the_same(sheet: bytes, quality: str):
    def scan() -> defects.Scan:
        random = Random(3)
        return defects.scan(random, sheet, 0, defects.scanner(random, quality))

    one = scan()
    assert one.quality == quality
    assert one.pixels.dtype == np.uint8
    assert one.pixels.min() < 130 < one.pixels.max()
    assert np.array_equal(one.pixels, scan().pixels)


@pytest.mark.parametrize("mark", ["faint", "border", "holes", "specks", "fold", "shadow", "stain", "tinted", "moire"])
def test_marks_change_the_page_and_leave_it_readable(sheet: bytes, mark: str):
    def scan(*marks: tuple[str, float]) -> defects.Scan:
        by = defects.Scanner("worn", 72, 0, 0, 0, 0, 90, "colour", 0, marks)
        return defects.scan(Random(7), sheet, 0, by)

    plain, marked = scan().pixels.astype(int), scan((mark, 1.0))
    assert marked.marks == (mark,)
    assert np.abs(marked.pixels - plain).max() > 5
    assert marked.pixels[70:150, 50:130].mean() < marked.pixels[200:, 150:].mean() - 60


def test_bitonal_pages_travel_as_fax_code(sheet: bytes):
    by = dataclasses.replace(defects.scanner(Random(1), "light"), colour="bitonal", skew=0, turned=0)
    scan = defects.scan(Random(1), sheet, 0, by)
    target = pikepdf.new()
    packets._append_image(target, scan.pixels, by)
    packed = io.BytesIO()
    target.save(packed)
    drawn = pypdfium2.PdfDocument(packed.getvalue())[0].render(scale=by.dpi / 72).to_numpy()[:, :, 0]
    height, width = scan.pixels.shape
    assert np.abs(drawn[:height, :width].astype(int) - scan.pixels).mean() < 2


@pytest.mark.parametrize("container", packets.CONTAINERS)
def test_every_container_holds_every_sheet(sheet: bytes, container: str, tmp_path):
    sheets = [packets.Sheet(0, 0), packets.Sheet(None, None)]
    placed = packets.pack(Random(2), tmp_path, sheet, sheets, container=container, quality="light")
    assert [one.sheet for one in placed] == sheets
    assert {one.quality for one in placed} <= {"light", "digital"}
    for one in placed:
        path = tmp_path / one.file.split("/")[0]
        assert path.is_file()
        if path.suffix == ".pdf":
            assert len(pikepdf.open(path).pages) == 2


def test_pages_say_whether_they_were_scanned_in_colour(sheet: bytes, tmp_path):
    modes: set[str] = set()
    for seed in range(6):
        folder = tmp_path / str(seed)
        [placed] = packets.pack(Random(seed), folder, sheet, [packets.Sheet(0, 0)], container="png", quality="poor")
        mode = Image.open(folder / placed.file).mode
        assert placed.colour == (mode == "RGB")
        modes.add(mode)
    assert len(modes) > 1


def test_turned_pages_say_so(sheet: bytes, tmp_path):
    packets.pack(Random(5), tmp_path, sheet, [packets.Sheet(0, 0)] * 6, container="rotated_pdf", quality="light")
    document = pypdfium2.PdfDocument(tmp_path / "扫描件.pdf")
    assert {page.get_rotation() for page in document} > {0}
    for page in document:
        drawn = page.render(scale=0.5).to_numpy()[:, :, 0]
        # Upright again: the square is in the upper left, but where the scanner itself took the sheet askew.
        assert drawn.shape[0] > drawn.shape[1] or drawn.min() < 90


def test_unreadable_files_are_of_every_sort(sheet: bytes, tmp_path, monkeypatch):
    # The typesetter, where another test has imported it, tells Pillow to be lenient.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    names = {packets.put_unreadable(Random(seed), tmp_path, sheet) for seed in range(60)}
    assert len(names) >= 8
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(tmp_path / "附件（加密）.pdf")
    with pytest.raises(OSError, match="truncated"), Image.open(tmp_path / "补充01.jpg") as image:
        image.load()


@pytest.mark.parametrize("programme", notices.PROGRAMMES)
def test_mistakes_chosen_together_do_not_hide_one_another(programme: str):
    for seed in SEEDS:
        chosen = mistakes.choose(Random(seed), programme, 2)
        assert len({rule.partition(".")[0] for rule in chosen}) == len(chosen)
        assert len(chosen) == 1 or not {"material.missing", "name.mismatch"} & set(chosen)
