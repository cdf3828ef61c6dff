"""A made-up run with every kind of sequence task, deterministic and small."""

from typing import Any

from benchmarks.kinds import ProblemKind
from benchmarks.records.inspection import AttentionMap, DecodedWord, GeneratedText, HiddenGradients
from benchmarks.records.results import Record
from benchmarks.records.task_facts import TaskFacts
from tests.report.sample_runs import SECONDS, accuracy, certificate, peak, place, timing

#: Of the training and the test part.
EXAMPLES = (28_104, 7000)
IMPLEMENTATIONS = ("numpy", "torch")
FOLDERS = {
    "rnn": "recurrent",
    "lstm": "recurrent",
    "gru": "recurrent",
    "additive": "seq2seq",
    "transformer": "transformer",
    "mlp": "mlp",
    "cnn": "cnn",
}
#: What a text could break out with.
HOSTILE_TEXT = "</pre><script>alert('text')</script> & so on\n  indented"
LONG_TEXT = "and it came to pass " * 60


def facts(kind: ProblemKind, metrics: tuple[str, ...], evaluation: str) -> TaskFacts:
    return TaskFacts(
        title="Sample", dataset="sample", dataset_sha256="e" * 64, kind=kind, metrics=metrics, examples=9000,
        evaluation=evaluation,
    )  # fmt: skip


SEQUENCE_TASKS = {
    "names": facts("classification", ("accuracy", "macro_f1"), "7,000 examples held out, stratified"),
    "bible": facts("language model", ("bits_per_character",), "the last 500 examples held out"),
    "pronunciation": facts("transduction", ("phoneme_error_rate", "word_error_rate"), "2,000 examples held out"),
    "adding-20": facts("regression", ("rmse",), "1,000 examples held out"),
    "adding-50": facts("regression", ("rmse",), "1,000 examples held out"),
}


def network(task: str, label: str, implementation: str) -> dict[str, Any]:
    return place(task, label, implementation, network=FOLDERS[label])


def baseline(task: str, label: str, values: list[float], metric: str, seeds: tuple[int, ...] = (0,)) -> Record:
    where = place(task, label, "baseline")
    return accuracy(where, values, metric, seeds=seeds, epochs=0, examples=EXAMPLES)


def written(temperature: float, text: str, prompt: str = "And ") -> GeneratedText:
    return GeneratedText(temperature=temperature, prompt=prompt, text=text)


def sequence_records() -> list[Record]:
    """Classification (three seeds), a language model (one), decoded words, and the adding problem at two lags."""
    records = [peak()]
    for implementation in IMPLEMENTATIONS:
        records += _names(implementation)
        records += _bible(implementation)
        records += _pronunciation(implementation)
        records += _adding(implementation)
    records += [
        baseline("names", "character-bag", [0.67, 0.68, 0.675], "accuracy", (0, 1, 2)),
        baseline("names", "guessing", [0.52, 0.52, 0.521], "accuracy", (0, 1, 2)),
        *(baseline("bible", f"{order}-gram", [bits], "bits_per_character") for order, bits in ((1, 4.1), (6, 2.3))),
        *(baseline(f"adding-{lag}", "mean", [0.408], "rmse") for lag in (20, 50)),
    ]
    return records


def _names(implementation: str) -> list[Record]:
    levels = {"mlp": 0.855, "cnn": 0.864, "rnn": 0.859, "lstm": 0.876, "gru": 0.874, "transformer": 0.870}
    records = []
    for number, (label, level) in enumerate(levels.items()):
        where = network("names", label, implementation)
        values = [level + noise * (1 + number) for noise in (-0.0004, 0.0001, 0.0004)]
        records.append(accuracy(where, values, seeds=(0, 1, 2), examples=EXAMPLES, others={"macro_f1": level}))
        if label in ("mlp", "lstm"):
            records += [timing(where, launch, SECONDS[implementation] + 0.01 * launch) for launch in range(2)]
        records += [] if implementation == "numpy" else [certificate(where)]
    return records


def _bible(implementation: str) -> list[Record]:
    # Greedy texts are the same in all implementations; those that are drawn are not.
    texts = (written(0.0, LONG_TEXT), written(1.0, f"{HOSTILE_TEXT} by {implementation}"))
    return [
        accuracy(
            network("bible", label, implementation),
            [bits],
            "bits_per_character",
            examples=EXAMPLES,
            first={"samples": texts},
        )
        for label, bits in (("lstm", 2.013), ("transformer", 1.957))
    ]


def _pronunciation(implementation: str) -> list[Record]:
    attention = AttentionMap(
        source=("c", "a", "t"),
        target=("K", "AE", "T", "<end>"),
        weights=((0.9, 0.05, 0.05), (0.1, 0.8, 0.1), (0.0, 0.1, 0.9), (0.2, 0.2, 0.6)),
    )
    words = (
        DecodedWord(source="cat", references=("K AE T",), decoded="K AE T"),
        DecodedWord(source="read", references=("R EH D", "R IY D"), decoded="R IY D"),
        DecodedWord(source="<i>x", references=("EH K S",), decoded="EH K Z"),
    )
    first = {"decoded": words, "attention": (attention,)}
    where = network("pronunciation", "additive", implementation)
    return [accuracy(where, [0.071], "phoneme_error_rate", others={"word_error_rate": 0.283}, first=first)]


def _adding(implementation: str) -> list[Record]:
    shrinking = {"rnn": 0.7, "lstm": 0.97}
    return [
        accuracy(
            network(f"adding-{lag}", label, implementation),
            [error],
            "rmse",
            examples=EXAMPLES,
            first={
                "hidden_gradients": HiddenGradients(
                    start=tuple(shrinking[label] ** (lag - 1 - position) for position in range(lag)),
                    end=tuple(0.99 ** (lag - 1 - position) for position in range(lag)),
                )
            },
        )
        for lag, errors in ((20, {"rnn": 0.11, "lstm": 0.02}), (50, {"rnn": 0.4, "lstm": 0.03}))
        for label, error in errors.items()
    ]
