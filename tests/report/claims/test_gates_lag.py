"""Who remembers over which lag: networks of one budget are compared, and the longest lag that each solves is said."""

from report.claims.catalogue import claims
from report.claims.evidence import Evidence
from report.claims.judging import judge
from report.claims.verdict import Verdict
from report.runs.reading import Run
from tests.report.claims.making import Made

#: Error of always answering the mean; solved is less than a quarter of it.
MEAN = 0.41
SOLVED, NOT_SOLVED = 0.05, 0.3


def _verdict(*runs: Run) -> Verdict:
    return judge(claims()["gates-lag"], Evidence(runs))


def _made(levels: dict[str, dict[str, float]]) -> Made:
    """Task -> cell -> error, beside the mean."""
    made = Made()
    for task, cells in levels.items():
        made.task(task, "sequences", "regression").trained(task, "mean", MEAN)
        for cell, level in cells.items():
            made.trained(task, cell, level, "recurrent", cell=cell)
    return made


def test_the_longest_lag_that_each_network_solves_is_said() -> None:
    levels = {
        "adding-problem-10": {"rnn": SOLVED, "lstm": SOLVED},
        "adding-problem-20": {"rnn": NOT_SOLVED, "lstm": SOLVED},
        "adding-problem-50": {"rnn": NOT_SOLVED, "lstm": NOT_SOLVED * 0.5},
    }
    verdict = _verdict(_made(levels).run())
    assert verdict.status == "supported"
    assert verdict.places == {"adding-problem-50": "holds"}, "the longest lag decides"
    assert verdict.remark == (
        "Of the lags 10, 20, 50 of the adding problem, solved within the same budget: LSTM up to lag 20; "
        "RNN up to lag 10."
    )


def test_where_nothing_is_solved_none_is_said() -> None:
    verdict = _verdict(_made({"adding-problem-50": {"rnn": NOT_SOLVED, "gru": NOT_SOLVED}}).run())
    assert verdict.status == "not supported", "no gain is smaller than one worth mentioning"
    assert verdict.remark.endswith("solved within the same budget: none.")


def test_a_reduced_task_of_the_same_lag_has_a_budget_of_its_own() -> None:
    """A GRU that was trained on the whole data is not compared with a plain network that was trained on a part."""
    made = _made({"adding-problem-50-quick": {"rnn": 0.4}, "adding-problem-50": {"gru": SOLVED}})
    verdict = _verdict(made.run())
    assert verdict.evidence == ()
    assert verdict.remark == ""


def test_runs_are_not_mixed() -> None:
    one = _made({"copy-memory-20": {"rnn": NOT_SOLVED}}).run()
    other = _made({"copy-memory-20": {"lstm": SOLVED}}).run()
    runs = (one, Run(other.manifest, other.records, (), "other"))
    assert _verdict(*runs).evidence == ()


def test_a_network_without_its_recipes_clipping_is_no_second_place() -> None:
    """It is nearly the same training; to count both would count one result twice."""
    made = Made("gradients").task("adding-problem-50", "sequences", "regression")
    for name, norm, lstm in (("clipped", 1.0, SOLVED), ("not clipped", None, 0.5)):
        for cell, level in (("rnn", NOT_SOLVED), ("lstm", lstm)):
            changes = {"clip_norm": norm}
            made.trained("adding-problem-50", cell, level, "recurrent", overrides=changes, name=name, cell=cell)
    verdict = _verdict(made.run())
    assert verdict.places == {"adding-problem-50, clipped": "holds"}
