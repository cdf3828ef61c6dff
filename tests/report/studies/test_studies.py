"""A study's table and figure, from made-up records whose answer is known."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import benchmarks.studies
from benchmarks.records.cells import AccuracyCell, TuningCell, Variant
from benchmarks.records.results import AccuracyResult, Record, StudyFacts
from benchmarks.records.store import COMPRESSED, RECORDS
from benchmarks.studies import studies
from benchmarks.studies.base import FEWEST_SEEDS, StudyError
from benchmarks.studies.publishing import publish
from impls.errors import ThreefoldError
from report.build import build_report
from report.figures.base import Sources
from report.figures.kinds.studies import KIND
from report.figures.plain import IntervalPanel, LinePanel
from report.runs.reading import Run, read_run
from report.studies.rows import BY_VALIDATION, StudyRow, study_rows
from report.studies.searches import search_rows
from tests.report.sample_runs import accuracy, place, record, timing, write_run

FACTS = StudyFacts(name="rates", title="Rates", question="Which rate?", implementations_reason="NumPy alone.")


def trained(
    name: str,
    overrides: Mapping[str, Any],
    test: Sequence[float],
    validation: Sequence[float] | None = None,
    training: Sequence[float] | None = None,
    examples: int = 1000,
    seeds: tuple[int, ...] = (0,),
) -> Record:
    """A variant of digits' CNN, one value a fold."""
    made = accuracy(place("digits", "cnn", "numpy"), test, seeds=seeds, examples=(examples, 300))
    assert isinstance(made.result, AccuracyResult)
    splits = tuple(
        split.model_copy(
            update={
                "validation_metrics": None if validation is None else {"accuracy": validation[index]},
                "train_metrics": None if training is None else {"accuracy": training[index]},
            }
        )
        for index, split in enumerate(made.result.splits)
    )
    variant = Variant(recipe="cnn", name=name, overrides=dict(overrides))
    cell = made.cell.model_copy(update={"architecture": variant.label, "variant": variant})
    return record(cell, made.result.model_copy(update={"splits": splits}))


def run_of(folder: Path, records: Sequence[Record], **changes: Any) -> Run:
    return read_run(write_run(folder, records, **({"study": FACTS} | changes)))


TUNED = [
    # On the validation parts the smaller rate is better in the first fold alone, on the test parts in both.
    trained("sgd, 0.1", {"optimizer": "sgd", "learning_rate": 0.1}, [0.80, 0.90], [0.9, 0.6], [0.95, 0.97]),
    trained("sgd, 0.5", {"optimizer": "sgd", "learning_rate": 0.5}, [0.70, 0.60], [0.8, 0.7], [0.75, 0.77]),
    trained("adam, 0.1", {"optimizer": "adam", "learning_rate": 0.1}, [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]),
]


def by_name(rows: Sequence[StudyRow]) -> dict[tuple[str, str], StudyRow]:
    return {(row.variant, row.chosen_by): row for row in rows}


def test_each_variant_has_its_means(tmp_path: Path) -> None:
    rows = by_name(study_rows([run_of(tmp_path, TUNED)]))
    row = rows["sgd, 0.1", ""]
    assert (row.study, row.task, row.recipe, row.trainings) == ("rates", "digits", "cnn", 2)
    assert (row.mean, row.validation, row.training) == (
        pytest.approx(0.85), pytest.approx(0.75), pytest.approx(0.96),
    )  # fmt: skip
    assert row.ci_low is not None
    assert row.ci_high is not None
    assert row.ci_low < 0.85 < row.ci_high


def test_each_split_chooses_by_its_validation_part_and_reports_its_test_part(tmp_path: Path) -> None:
    rows = by_name(study_rows([run_of(tmp_path, TUNED)]))
    row = rows["sgd", BY_VALIDATION]
    assert row.mean == pytest.approx((0.80 + 0.60) / 2)
    assert row.chosen == "0.100 (1 ×), 0.500 (1 ×)"
    assert row.in_hindsight == pytest.approx(0.85), "chosen on the test parts it looks better"
    assert ("adam", BY_VALIDATION) not in rows, "one learning rate is no choice"


def test_of_equal_validation_results_the_better_test_result_is_not_preferred(tmp_path: Path) -> None:
    records = [
        trained(f"sgd, {rate}", {"learning_rate": rate}, [test, test], [0.9, 0.9])
        for rate, test in ((0.1, 0.5), (0.5, 0.8))
    ]
    row = by_name(study_rows([run_of(tmp_path, records)]))["sgd", BY_VALIDATION]
    assert (row.mean, row.in_hindsight) == (pytest.approx(0.5), pytest.approx(0.8))


def test_without_validation_parts_nothing_is_chosen(tmp_path: Path) -> None:
    records = [trained(f"sgd, {rate}", {"learning_rate": rate}, [0.8, 0.9]) for rate in (0.1, 0.5)]
    assert {row.chosen_by for row in study_rows([run_of(tmp_path, records)])} == {""}


def test_a_rate_that_diverged_is_shown_and_never_chosen(tmp_path: Path) -> None:
    diverged = record(TUNED[0].cell, reason="diverged: the loss became nan in epoch 1 (seed 0, fold 0)")
    rows = by_name(study_rows([run_of(tmp_path, [diverged, *TUNED[1:]])]))
    assert rows["sgd, 0.1", ""].mean is None
    assert rows["sgd, 0.1", ""].reason.startswith("diverged")
    assert rows["sgd", BY_VALIDATION].mean == pytest.approx(0.65)


def test_runs_of_suites_have_no_study(tmp_path: Path) -> None:
    assert study_rows([run_of(tmp_path, TUNED, study=None)]) == []


def figures_of(run: Run) -> list[Any]:
    return list(KIND.plan(Sources(run, [], [], [], ["numpy"])))


def test_variants_are_drawn_with_their_intervals_and_training_examples(tmp_path: Path) -> None:
    (figure,) = figures_of(run_of(tmp_path, TUNED))
    (panel,) = figure.drawing.panels
    assert isinstance(panel, IntervalPanel)
    assert panel.rows == ("sgd, 0.1", "sgd, 0.5", "adam, 0.1", "sgd")
    assert sorted(point.x for point in panel.points) == pytest.approx([0.5, 0.5, 0.65, 0.7, 0.76, 0.85, 0.86, 0.96])
    assert "Which rate?" in figure.caption


def test_amounts_of_data_are_drawn_as_lines(tmp_path: Path) -> None:
    records = [
        trained(f"{name}, {count} examples", {"train_examples": count, "epochs": epochs}, [value] * 2, examples=count)
        for name, epochs in (("small", 1), ("large", 2))
        for count, value in ((100, 0.5), (400, 0.5 + 0.1 * epochs))
    ]
    (figure,) = figures_of(run_of(tmp_path, records))
    (panel,) = figure.drawing.panels
    assert isinstance(panel, LinePanel)
    assert [(line.x, line.y) for line in panel.lines] == [
        ((100.0, 400.0), (0.5, pytest.approx(0.6))),
        ((100.0, 400.0), (0.5, pytest.approx(0.7))),
    ]


def test_a_studys_report_begins_with_its_question(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build_report([write_run(tmp_path / "run", TUNED, study=FACTS)], out)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "<h2>Rates</h2>\n<p>Which rate?</p>" in page
    assert {path.name for path in (out / "figures").glob("*.svg")} == {"study-rates.svg"}
    assert (out / "tables" / "studies.csv").read_text(encoding="utf-8").count("\n") == 1 + 4


def _with_seeds(count: int) -> list[Record]:
    return [
        trained(f"sgd, {rate}", {"learning_rate": rate}, [0.8] * count, seeds=tuple(range(count)))
        for rate in (0.1, 0.3, 0.5)
    ]


def test_a_whole_run_is_published_and_reads_the_same(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", _with_seeds(5), study=FACTS)
    folder = publish(run, tmp_path / "published")
    assert {path.name for path in folder.iterdir()} == {"manifest.json", COMPRESSED}
    assert study_rows([read_run(folder)]) == study_rows([read_run(run)])
    content = (folder / COMPRESSED).read_bytes()
    assert (publish(run, tmp_path / "published") / COMPRESSED).read_bytes() == content


def test_a_run_that_is_not_whole_is_not_published(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", _with_seeds(5), study=FACTS)
    lines = (run / RECORDS).read_text(encoding="utf-8").splitlines(keepends=True)
    (run / RECORDS).write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(StudyError, match=r"is not whole .1 of 3 cells are missing"):
        publish(run, tmp_path / "published")
    suite = write_run(tmp_path / "suite", TUNED)
    with pytest.raises(StudyError, match="is the run of no study"):
        publish(suite, tmp_path / "published")
    few = write_run(tmp_path / "few", _with_seeds(4), study=FACTS)
    with pytest.raises(StudyError, match="has fewer than 5 seeds of digits"):
        publish(few, tmp_path / "published")
    assert not (tmp_path / "published").exists()


def test_a_study_that_is_timed_needs_as_many_launches(tmp_path: Path) -> None:
    timings = [timing(place("digits", "cnn", "numpy"), launch, 1.0) for launch in range(FEWEST_SEEDS)]
    for count in (FEWEST_SEEDS - 1, FEWEST_SEEDS):
        run = write_run(tmp_path / str(count), [*_with_seeds(5), *timings[:count]], study=FACTS)
        if count == FEWEST_SEEDS:
            assert publish(run, tmp_path / "published").exists()
        else:
            with pytest.raises(StudyError, match="has fewer than 5 launches of digits"):
                publish(run, tmp_path / "published")


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ""),
        ({"tasks": ["adding-problem-10", "adding-problem-50"]}, "without adding-problem-20;"),
        ({"implementations": []}, "without numpy;"),
        ({"variants": []}, "without 32 units;"),
        ({"recipes": ["lstm"]}, "without all its recipes;"),
        ({"max_epochs": 1}, "without all its epochs;"),
    ],
)
def test_a_part_of_a_study_is_not_published(changes: Mapping[str, Any], lacking: str, tmp_path: Path) -> None:
    study = studies()["memory"]
    suite = study.suite.model_dump(mode="json") | changes
    run = write_run(tmp_path / "run", _with_seeds(5), study=study.facts, suite=suite)
    if not lacking:
        assert publish(run, tmp_path / "published").name == "memory"
    else:
        with pytest.raises(StudyError, match=f"is a part of the study, {lacking} run all of it"):
            publish(run, tmp_path / "published")


def test_two_studies_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = Path(benchmarks.studies.__path__[0], "memory.py").read_text(encoding="utf-8")
    (tmp_path / "memory_again.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(benchmarks.studies, "__path__", [*benchmarks.studies.__path__, str(tmp_path)])
    studies.cache_clear()
    try:
        with pytest.raises(ThreefoldError, match="two studies in benchmarks/studies are called 'memory'"):
            studies()
    finally:
        studies.cache_clear()


PUBLISHED = sorted((Path(__file__).parents[3] / "results" / "published" / "studies").iterdir())


@pytest.mark.parametrize("folder", PUBLISHED, ids=lambda folder: folder.name)
def test_published_studies_are_whole(folder: Path) -> None:
    run = read_run(folder)
    assert run.manifest.study is not None
    assert run.manifest.study.name == folder.name
    assert not run.problems
    assert not run.missing
    networks = [cell for cell, _ in run.of_kind(AccuracyCell) if not cell.is_baseline]
    searched = [cell for cell, _ in run.of_kind(TuningCell)]
    assert all(len(cell.seeds) >= FEWEST_SEEDS for cell in (*networks, *searched))
    measured = [row for row in study_rows([run]) if row.variant and row.mean is not None]
    assert measured or search_rows([run]) or run.measurements.all
