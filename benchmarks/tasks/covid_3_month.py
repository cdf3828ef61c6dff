"""Covid3Month: a country's death rate after three months, by its daily cases."""

from benchmarks.tasks.base import Task
from benchmarks.tasks.baselines.naive import Mean
from benchmarks.tasks.baselines.series import NEAREST, SUMMARY_REGRESSION
from benchmarks.tasks.encodings.sequences import ScaledSeries
from benchmarks.tasks.series_networks import series_recipes

TASK = Task(
    name="covid-3-month",
    title="Covid3Month: death rate after 84 days",
    dataset="covid-3-month",
    kind="regression",
    metrics=("rmse", "mae", "r2"),
    recipes=series_recipes(84, 1, outputs=1, epochs=20, regression=True),
    baselines={"mean": Mean(), "nearest": NEAREST, "summaries": SUMMARY_REGRESSION},
    encoding=ScaledSeries(84),
    standardize_targets=True,
)
