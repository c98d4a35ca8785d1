"""Thresholds fitted to what reviewers said: what they recover, what they never do on thin evidence."""

import tomllib
from pathlib import Path
from random import Random

import pytest
from conftest import Command
from desk_dossiers import PROGRAMME, clean, desk, enter
from dossier_builder import dossier, field, lease, person, roster

import validators
from flows.calibration import (
    MINIMUM,
    MINIMUM_SAID,
    Sample,
    Share,
    calibrate,
    samples_of,
    standing,
    with_thresholds,
    write_thresholds,
)
from flows.database import FILE, open_database
from flows.desk.acts import CorrectField, Decide, DeskState
from flows.desk.corrections import Labelled
from flows.desk.desk import Reviewer
from flows.errors import UsageError
from flows.ledger import made_by
from schemas.account import Role
from schemas.document import Document, DocumentKind
from schemas.finding import Outcome
from schemas.report import Report, Verdict
from schemas.settings import Settings
from schemas.thresholds import Thresholds
from validators import programmes

OURS = Thresholds()


def readings(
    count: int, low: float, high: float, wrong: float, *, is_number: bool = False, is_said: bool = True
) -> list[Sample]:
    """Readings spread evenly between two confidences, evenly so many of them wrong, of 40 dossiers."""
    every = round(1 / wrong) if wrong else count + 1
    return [
        Sample(f"jilin-2022/{place % 40}", low + (high - low) * place / count, place % every != every - 1, is_number,
               is_said)
        for place in range(count)
    ]  # fmt: skip


def fitted(samples: list[Sample], name: str = "sure", current: Thresholds = OURS):
    return next(one for one in calibrate(samples, current).fitted if one.goal.name == name)


def test_what_is_sure_is_kept():
    result = calibrate([*readings(2000, 0.98, 1.0, 0.0), *readings(60, 0.5, 0.78, 0.5)], OURS)
    assert result.thresholds == OURS
    assert (result.samples, result.said, result.wrong) == (2060, 2060, 30)


@pytest.mark.parametrize("edge", [0.85, 0.9, 0.95])
def test_a_known_shift_is_recovered(edge: float):
    """A scanner that makes a third of what is read below an edge wrong: the threshold goes there."""
    samples = [*readings(3000, edge, 1.0, 0.002), *readings(600, 0.7, edge, 0.33)]
    Random(7).shuffle(samples)
    found = fitted(samples)
    # Of those just above the threshold one in six may be wrong.
    assert edge - 0.02 <= found.after <= edge + 0.001
    assert found.above_after.part >= 0.99 > found.above_before.part
    assert found.review_after > found.review_before
    assert found.held_out.part == pytest.approx(found.above_after.part, abs=0.005)
    assert "收紧" in found.why


def test_a_few_corrections_never_loosen():
    """However well the readings below a threshold did: as few as these prove nothing."""
    samples = [*readings(290, 0.98, 1.0, 0.0), *readings(40, 0.7, 0.8, 0.0)]
    assert fitted(samples).after == OURS.sure


def test_many_loosen_as_far_as_they_are_right():
    samples = [*readings(3000, 0.98, 1.0, 0.0), *readings(400, 0.75, 0.8, 0.0), *readings(400, 0.7, 0.75, 0.4)]
    found = fitted(samples)
    assert 0.74 <= found.after <= 0.76
    assert found.above_after.least >= 0.99
    assert found.review_after < found.review_before


def test_what_nobody_corrected_loosens_nothing():
    """Values that stood in decided dossiers may have been overlooked."""
    samples = [*readings(3000, 0.98, 1.0, 0.0), *readings(4000, 0.7, 0.8, 0.0, is_said=False)]
    assert fitted(samples).after == OURS.sure


def test_what_nobody_corrected_counts_where_people_only_correct():
    """Of 4,000 values above the threshold 30 were corrected: good enough, although all that was said is wrong."""
    samples = [*readings(4000, 0.9, 1.0, 0.0, is_said=False), *[Sample("a/b", 0.9, is_right=False)] * 30]
    assert fitted(samples).after == OURS.sure
    assert fitted([*samples, *[Sample("a/b", 0.85, is_right=False)] * 200]).after > 0.85


def test_errors_at_the_highest_confidence_go_to_the_bound_and_are_said():
    found = fitted([*readings(500, 0.999, 1.0, 0.2)])
    assert found.after == 0.995
    assert "不在置信度上" in found.why


def test_numbers_have_a_threshold_of_their_own():
    good = readings(3000, 0.9, 1.0, 0.0)
    numbers = [*readings(900, 0.995, 1.0, 0.0, is_number=True), *readings(60, 0.985, 0.993, 0.2, is_number=True)]
    assert fitted([*good, *numbers], "checked").after == pytest.approx(0.992, abs=0.0015)
    few = fitted([*good, *readings(100, 0.985, 1.0, 0.2, is_number=True)], "checked")
    assert (few.after, few.samples) == (OURS.checked, 100)
    assert "不足 300 个" in few.why


@pytest.mark.parametrize(
    "samples", [[], readings(MINIMUM - 1, 0.5, 1.0, 0.1), [*readings(MINIMUM, 0.5, 1.0, 0, is_said=False)]]
)
def test_too_few_readings_are_refused_in_one_line(samples: list[Sample]):
    with pytest.raises(UsageError, match=rf"至少需要 {MINIMUM} 个（其中 {MINIMUM_SAID} 个）.*阈值保持不变"):
        calibrate(samples, OURS)


def test_fitting_what_was_fitted_changes_nothing():
    samples = [*readings(3000, 0.9, 1.0, 0.002), *readings(600, 0.7, 0.9, 0.33)]
    once = calibrate(samples, OURS).thresholds
    assert calibrate(samples, once).thresholds == once


def test_the_bound_is_wilsons():
    # Wilson 1927, one-sided 95 %: 299 of 300, and all of 300.
    assert Share(300, 300).least == pytest.approx(0.9911, abs=1e-4)
    assert Share(300, 299).least == pytest.approx(0.9852, abs=1e-4)
    assert (Share(0, 0).least, Share(0, 0).part) == (0.0, None)


def test_reliability_counts_every_reading_once():
    samples = [*readings(400, 0.0, 1.0, 0.1), Sample("a/b", 1.0, is_right=True), Sample("a/b", 0.4, is_right=False)]
    bins = calibrate(samples, OURS).reliability
    assert sum(said.count for _, _, said, _ in bins) == len(samples)
    assert sum(every.right for *_, every in bins) == sum(one.is_right for one in samples)


def labelled(field: str | None, value: object, right: object, confidence: float = 0.9) -> Labelled:
    return Labelled(
        programme="jilin-2022", dossier="JL-1", revision=1, document=DocumentKind.STAFF_ROSTER, field=field,
        file="包.pdf", page=3, box=None, text=None, value=value, confidence=confidence, right=right, who="样例甲",
        made=0.0,
    )  # fmt: skip


def test_what_people_said_becomes_samples():
    said = [
        labelled("people[2].id_number", "1", "2"),
        labelled("credit_code", "A", "A"),
        labelled(None, "staff_roster", "other"),
        labelled("address", None, "样例路 1 号"),
    ]
    assert samples_of(said) == [
        Sample("jilin-2022/JL-1", 0.9, is_right=False, is_number=True),
        Sample("jilin-2022/JL-1", 0.9, is_right=True, is_number=True),
        Sample("jilin-2022/JL-1", 0.9, is_right=False),
    ]


def test_what_stood_in_a_decided_dossier():
    fields = {
        "credit_code": field("A"), "name": field("甲"), "address": field(None), "occupations": field([{"row": 1}]),
        "lease_end": field("2026-02-28", text=None),
    }  # fmt: skip
    form = Document(id="d1", kind=DocumentKind.APPLICATION_FORM, confidence=0.9, pages=[], fields=fields)
    report = Report(programme="jilin-2022", dossier="JL-1", received=None, verdict=Verdict.ACCEPT, documents=[form])
    assert standing(report, {("p.pdf", 1, "name")}) == [
        Sample("jilin-2022/JL-1", 0.99, is_right=True, is_number=True, is_said=False)
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "[confidence]\nsure = 0.9\nchecked = 0.99\n"),
        ("workers = 2  # two\n", "workers = 2  # two\n\n[confidence]\nsure = 0.9\nchecked = 0.99\n"),
        (
            "workers = 2\n[confidence] # ours\nsure = 0.8\n# old\nchecked = 0.985\n\n[s3] # store\nregion = 'x'\n",
            "workers = 2\n[confidence]\nsure = 0.9\nchecked = 0.99\n\n[s3] # store\nregion = 'x'\n",
        ),
    ],
)
def test_only_the_thresholds_of_a_settings_file_change(tmp_path: Path, before: str, after: str):
    path = tmp_path / "heyan.toml"
    if before:
        path.write_text(before, encoding="utf-8")
    write_thresholds(path, Thresholds(sure=0.9, checked=0.99))
    assert path.read_text(encoding="utf-8") == after
    assert tomllib.loads(after)["confidence"] == {"sure": 0.9, "checked": 0.99}
    assert with_thresholds(after, Thresholds(sure=0.9, checked=0.99)) == after
    assert [one.name for one in tmp_path.iterdir()] == ["heyan.toml"]


@pytest.mark.parametrize("text", ["workers = \n", "confidence = { sure = 0.8 }\n", "confidence.sure = 0.8\n"])
def test_a_settings_file_that_cannot_be_changed_stays_as_it_is(tmp_path: Path, text: str):
    path = tmp_path / "heyan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="不能改写"):
        write_thresholds(path, Thresholds(sure=0.9))
    assert path.read_text(encoding="utf-8") == text


def test_the_next_run_reads_and_uses_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    before = made_by(Settings())
    write_thresholds(tmp_path / "heyan.toml", Thresholds(sure=0.93))
    settings = Settings()
    assert settings.confidence == Thresholds(sure=0.93)
    assert made_by(settings) != before


@pytest.mark.parametrize(
    ("thresholds", "outcome"),
    [(None, Outcome.FAIL), (Thresholds(sure=0.85), Outcome.FAIL), (Thresholds(sure=0.93), Outcome.REVIEW)],
)
def test_the_rules_judge_by_them(thresholds: Thresholds | None, outcome: Outcome):
    short = dossier(lease(lease_end=field("2021-02-28", confidence=0.9), lease_months=None))
    findings = validators.check(short, programmes.load("jilin-2022"), thresholds)
    assert next(one.outcome for one in findings if one.rule == "lease.term_too_short") is outcome


@pytest.mark.parametrize(
    ("thresholds", "outcome"), [(Thresholds(), Outcome.FAIL), (Thresholds(checked=0.995), Outcome.REVIEW)]
)
def test_a_number_is_called_wrong_by_them(thresholds: Thresholds, outcome: Outcome):
    wrong = dossier(roster(people=[person("样例甲", "000101199001010002")]))
    findings = validators.check(wrong, programmes.load("jilin-2022"), thresholds)
    assert next(one.outcome for one in findings if one.rule == "staff.id_number_invalid") is outcome


class TestCommand:
    """`heyan calibrate`, on what the desk left behind."""

    @pytest.fixture
    def out(self, tmp_path: Path) -> Path:
        """Six dossiers, decided: in each a lease's end, read with 0.9, was wrong, and all people were confirmed."""
        out = tmp_path / "reports"
        out.mkdir()
        database = open_database(f"sqlite:///{out / FILE}")
        at_desk, who = desk(database, out), Reviewer("样例审核", Role.REVIEWER)
        for number in range(6):
            one = clean(name=f"JL-{number:02}")
            wrong = lease(3, lease_end=field("2021-02-28", confidence=0.9), lease_months=field(None))
            one.documents = [wrong if each.kind is DocumentKind.LEASE_CONTRACT else each for each in one.documents]
            people = next(each for each in one.documents if each.kind is DocumentKind.STAFF_ROSTER)
            enter(database, out, one)
            acts = [
                CorrectField(document="d3", field="lease_end", value="2025-02-28"),
                CorrectField(document=people.id, field="people", value=people.fields["people"].value),
                CorrectField(document="d1", field="occupations", value=one.documents[0].fields["occupations"].value),
                Decide(state=DeskState.RETURNED, reason="样例"),
            ]
            at_desk.act(PROGRAMME, one.name, at_desk.dossier(PROGRAMME, one.name).version, acts, who)
        return out

    def test_before_and_after_are_shown_and_written_only_if_asked(self, heyan: Command, out: Path) -> None:
        answer = heyan("calibrate", "--out", out)
        assert (answer.status, answer.err) == (0, "")
        assert "6 个卷宗" in answer.out
        assert "其中读错 6 个" in answer.out
        assert "sure = 0.901" in answer.out
        assert not Path("heyan.toml").exists()
        assert heyan("calibrate", "--write", "--out", out).status == 0
        assert Settings().confidence == Thresholds(sure=0.901)
        # With these thresholds there is nothing more to change.
        again = heyan("calibrate", "--write", "--out", out)
        assert "阈值不变" in again.out
        assert Settings().confidence == Thresholds(sure=0.901)

    def test_a_small_desk_changes_nothing(self, heyan: Command, tmp_path: Path) -> None:
        out = tmp_path / "reports"
        out.mkdir()
        enter(open_database(f"sqlite:///{out / FILE}"), out, clean())
        answer = heyan("calibrate", "--write", "--out", out)
        assert answer.status == 2
        assert "阈值保持不变" in answer.err
        assert not Path("heyan.toml").exists()
