"""Texts, decoded words, attention, gradients and lags, from records to what the page shows."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.records.results import Record
from report.build import build_report
from report.contents import Contents
from report.figures.plain import Figure
from report.insights.sequences import reach_sentences
from report.page.texts import SHOWN, WrittenText, _folded, decoded_views, written_texts
from report.runs.reading import Run, read_run
from report.tables.accuracy import accuracy_rows
from report.tables.lags import lag_families
from tests.report.sample_runs import accuracy, place, sample_records, write_run
from tests.report.sequence_runs import LONG_TEXT, SEQUENCE_TASKS, network, written


@pytest.fixture
def run(sequence_contents: Contents) -> Run:
    return sequence_contents.runs[0]


def _run(directory: Path, records: Sequence[Record]) -> Run:
    return read_run(write_run(directory, records, tasks=SEQUENCE_TASKS))


def test_equal_texts_are_shown_once_and_the_coldest_first(run: Run) -> None:
    shown = [(text.architecture, text.temperature, text.implementations, text.again) for text in written_texts(run)]
    assert shown == [
        (label, temperature, names, again)
        for label in ("lstm", "transformer")
        for temperature, names, again in (
            (0.0, ("numpy", "torch"), False),
            (1.0, ("numpy",), False),
            (1.0, ("torch",), True),
        )
    ]


@given(st.lists(st.sampled_from(["word ", "letters", "\n"]), min_size=30, max_size=300).map("".join))
def test_folding_loses_nothing(content: str) -> None:
    beginning, rest = _folded(content)
    assert beginning + rest == content
    assert len(beginning) <= SHOWN * 5 // 4
    assert not rest or len(rest) > SHOWN // 4, "what is folded away is worth a click"


def test_control_characters_of_a_text_are_shown_as_such(tmp_path: Path) -> None:
    where = network("bible", "lstm", "numpy")
    run = _run(tmp_path, [accuracy(where, [2.0], "bits_per_character", first={"samples": (written(0.0, "a\x07\nb"),)})])
    (text,) = written_texts(run)
    assert text.beginning == "a�\nb"


def test_decoded_words_are_judged_by_all_right_answers(run: Run) -> None:
    (view,) = decoded_views(run, set())
    assert view.caption == "pronunciation, additive attention: right numpy 2 of 3, torch 2 of 3"
    assert [tuple(cell.text for cell in row.cells[:3]) for row in view.rows] == [
        ("cat", "K AE T", "✓ K AE T"),
        ("read", "R EH D or R IY D", "✓ R IY D"),
        ("<i>x", "EH K S", "✗ EH K Z"),
    ]


def test_lags_are_one_family_by_name(run: Run) -> None:
    (family,) = lag_families(run, accuracy_rows([run]))
    assert (family.name, family.metric, family.implementation) == ("adding", "rmse", "numpy")
    assert [(curve.architecture, curve.is_baseline, curve.means) for curve in family.curves] == [
        ("rnn", False, {20: 0.11, 50: 0.4}),
        ("lstm", False, {20: 0.02, 50: 0.03}),
        ("mean", True, {20: 0.408, 50: 0.408}),
    ]


def test_one_lag_is_no_family(tmp_path: Path) -> None:
    run = _run(tmp_path, [accuracy(network("adding-20", "rnn", "numpy"), [0.1], "rmse")])
    assert lag_families(run, accuracy_rows([run])) == []


def test_reach_of_gradients(run: Run) -> None:
    first, _ = reach_sentences(run)
    assert first == (
        "On adding-20 (numpy), the gradient by the state 19 steps before the last one, as a share of the last one's: "
        "RNN 0.0011 before training and 0.83 after; LSTM 0.56 before training and 0.83 after."
    )


def _of_section(contents: Contents, section: str) -> list[Figure]:
    return [figure for figure in contents.figures[0].all if figure.section == section]


def test_figures_of_sequences(sequence_contents: Contents, sequence_report: Path) -> None:
    figures = {figure.name: figure for figure in _of_section(sequence_contents, "sequences")}
    assert list(figures) == [
        "attention-pronunciation-additive",
        "gradients-adding-20",
        "gradients-adding-50",
        "lags-adding",
    ]
    attention = figures["attention-pronunciation-additive"]
    assert "In cat the largest weights are: K at c, AE at a, T at t, <end> at t." in attention.alternative
    svg = (sequence_report / "figures" / "attention-pronunciation-additive.svg").read_text(encoding="utf-8")
    for label in ("AE", "&lt;end&gt;", "attention weight"):
        assert f">{label}</text>" in svg
    assert "RNN, LSTM" in figures["gradients-adding-50"].alternative
    assert "exploding" not in figures["gradients-adding-50"].caption


def test_many_networks_are_drawn_task_by_task(sequence_contents: Contents) -> None:
    figures = _of_section(sequence_contents, "learning")
    assert {figure.shown for figure in figures} == {"folded"}
    assert "accuracy-against-time-names" in {figure.name for figure in figures}


def test_page_without_sequences_has_no_such_section(tmp_path: Path) -> None:
    build_report([write_run(tmp_path, sample_records(("numpy",))[:1])], tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'id="sequences"' not in page
    assert "#sequences" not in page
    assert "Do fully connected networks" not in page


def test_page_escapes_texts_and_folds_long_ones(sequence_report: Path) -> None:
    page = (sequence_report / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;/pre&gt;&lt;script&gt;alert(&#39;text&#39;)&lt;/script&gt; &amp; so on\n  indented by numpy" in page
    assert "<i>x" not in page
    shown = page[page.index("<pre><b>And </b>and it came") :]
    (folded,) = re.findall(r"<summary>(\d+) more characters</summary>", shown.split("</article>")[0])
    assert len(re.sub("<[^>]*>", "", shown.split("</pre>")[0])) + int(folded) == len("And " + LONG_TEXT)


def test_texts_name_their_temperature() -> None:
    text = WrittenText("bible", "gru", 0.5, "", "", "", ("numpy",), False)
    assert text.title == "GRU, temperature 0.5"


def test_texts_of_devices_are_named_by_them(tmp_path: Path) -> None:
    samples = {"samples": (written(0.0, "same"),)}
    records = [
        accuracy(place("bible", "lstm", "torch", device), [2.0], "bits_per_character", first=samples)
        for device in ("cpu", "cuda")
    ]
    (text,) = written_texts(_run(tmp_path, records))
    assert text.implementations == ("torch", "torch on cuda")
