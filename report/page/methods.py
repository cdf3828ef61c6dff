"""How the numbers of a table were made: general rules, and the settings that the runs really had."""

from collections.abc import Iterator, Sequence

from benchmarks.metrics.evaluate import metrics
from benchmarks.records.cells import AccuracyCell, CertificateCell, PeakCell, TimingCell
from benchmarks.records.results import PeakResult
from report.runs.reading import Run
from report.statistics.margins import RELATIVE_EFFECT
from report.text.formatting import number
from report.text.naming import architecture_title, is_baseline
from report.text.wording import listing

ACCURACY = (
    "Every implementation gets the same splits, starting weights and batch order. Preprocessing is fitted on the "
    "training part alone. SD is over the splits (n − 1). The 95 % interval is Student's t with the variance corrected "
    "for overlapping training parts, (1/J + n_test/n_train) s² for J splits (Nadeau & Bengio 2003), be they folds or "
    "seeds that each hold out examples of their own; on a fixed test part (published, or the end of a series or text) "
    "plain t over seeds, which says nothing of other test examples, or for one training Wilson's interval of a share "
    "of the test examples, and none of other metrics. Intervals end where the metric does."
)
COMPARISONS = (
    "Differences are paired by split. Of a task's baselines the best one is compared; to be chosen by these results "
    "favours it. Of a single training each the difference is shown, and nothing is claimed. Difference: corrected "
    "resampled t-test (Nadeau & Bengio 2003). Equivalence: two one-sided tests (Schuirmann 1987) with the same "
    "variance, against the margin. p-values are adjusted by Holm (1979) over the pairs that answer one question of a "
    "reader: are this network's implementations equally accurate, which of a task's networks is the best by one "
    "implementation, does it beat the baseline. An adjustment over everything on the page would make each answer "
    "depend on what else was measured. A verdict needs p < 0.05. Undecided means that the data show neither; it is not "
    "equivalence. Identical means the same number on every split. Detectable is the smallest true difference that the "
    "test, unadjusted, would have found with 80 % power (noncentral t). The 95 % intervals are those of each pair "
    "alone, not adjusted for the number of pairs."
)
SPEED = (
    "A call is timed in processes that hold one implementation and nothing else, after warming up, with the device "
    "synchronized on both sides. The unit is the process launch: the time is the median of the launches' medians, its "
    "95 % interval Student's t on their logarithms (from a single launch the order statistics of its rounds, which is "
    "too narrow). ÷ torch is time over the time of eager PyTorch, in each launch the median over the turns that both "
    "took side by side, the interval again t on the launches' logarithms: below 1 is faster. Eager should be compared "
    "with eager and compiled with compiled: the column Step says which, and ÷ torch+compile compares compiled ones. "
    "First step is from the built model to the end of its first training step. Peak memory is the process's largest, "
    "framework included, and what networks that it timed before have left (some 10 to 40 MiB). Share of peak counts "
    "the floating-point operations of the weight layers against the largest matrix-product rate measured in the same "
    "run. Disturbed is the number of launches in which other work kept the machine busy meanwhile."
)
#: By what the manifest says of them.
DENORMALS = {
    "flushed": (
        "Denormal numbers (below 1.2e-38 in float32) count as 0 in every measured process, threads of libraries "
        "included: TensorFlow has it so, NumPy and PyTorch would keep them, which takes some processors up to a "
        "hundred times as long."
    ),
    "kept": (
        "Denormal numbers (below 1.2e-38 in float32) were treated as each framework has it: TensorFlow takes them to "
        "be 0, NumPy and PyTorch keep them, which takes some processors up to a hundred times as long. Where gradients "
        "vanish along a sequence, speeds of the frameworks cannot be compared."
    ),
}
CERTIFICATES = (
    "Each implementation runs in its own process on the same weights and batches and is compared with the reference. "
    "The largest error of a stage, at the tensor named, has to stay within the bound."
)


def accuracy_facts(run: Run) -> Iterator[str]:
    """Folds, seeds, epochs and batches of each task, as they were."""
    tasks: dict[str, list[AccuracyCell]] = {}
    for cell, _ in run.of_kind(AccuracyCell):
        tasks.setdefault(cell.task, []).append(cell)
    for task in sorted(tasks):
        facts = run.manifest.tasks.get(task)
        evaluation = f"{facts.evaluation}; " if facts else ""
        networks = [cell for cell in tasks[task] if not is_baseline(cell)]
        seeds = sorted({seed for cell in networks for seed in cell.seeds})
        training = sorted(
            {
                f"{architecture_title(cell.architecture)} {cell.epochs} epochs in batches of {cell.batch_size}"
                for cell in networks
            }
        )
        shown = f"seeds {', '.join(map(str, seeds))}; {'; '.join(training)}" if networks else "baseline alone"
        yield f"{task}: {evaluation}{shown}."


def comparison_facts() -> Iterator[str]:
    """The margins."""
    margins = [
        f"{100 * metric.margin:g} points of {metric.title}"
        if metric.percent
        else f"{metric.margin:g} of {metric.title}"
        for metric in metrics().values()
        if metric.margin is not None
    ]
    yield (
        f"Margins of equivalence: {listing(margins)}; of other errors {RELATIVE_EFFECT:.0%} of the second side's mean, "
        "as the claims have it; other metrics have none, and no equivalence is claimed."
    )


def speed_facts(run: Run) -> Iterator[str]:
    """Launches, budgets and the machine's peak, as they were."""
    cells = [cell for cell, _ in run.of_kind(TimingCell)]
    if cells:
        budgets = sorted({cell.budget_s for cell in cells})
        threads = sorted({cell.threads for cell in cells})
        yield (
            f"{len({cell.launch for cell in cells})} process launches, {_either(budgets)} s of measuring for each "
            f"operation in each, {_either(threads)} processor thread{'' if threads == [1] else 's'}."
        )
        yield DENORMALS[run.manifest.denormals]
    for cell, record in run.of_kind(PeakCell):
        if isinstance(record.result, PeakResult):
            shape = " × ".join(str(side) for side in record.result.shape)
            rate = number(record.result.flops_per_s / 1e9)
            yield f"Peak on {cell.device} in {cell.dtype}: {rate} GFLOP/s, in a product of {shape}."


def certificate_facts(run: Run) -> Iterator[str]:
    """The references."""
    references = sorted({cell.reference for cell, _ in run.of_kind(CertificateCell)})
    if references:
        yield f"Reference: {listing(references)}."


def _either(values: Sequence[float]) -> str:
    return listing([f"{value:g}" for value in values], last="or")
