"""What a task is: a data set, how its inputs are prepared, and the networks and recipes that are trained on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, get_args

from benchmarks.kinds import ProblemKind, TaskError
from impls import Architecture, Array, Training
from impls.spec.architecture import is_size

if TYPE_CHECKING:
    import pandas as pd

    from benchmarks.metrics.evaluate import Answers
    from benchmarks.tasks.split import Split

#: Makes an unfitted scikit-learn transformer of inputs.
EstimatorFactory: TypeAlias = Callable[[], Any]


class Part(NamedTuple):
    """The examples of a training or test part, as the data set has them."""

    inputs: "Array | pd.DataFrame"
    targets: Array


class Encoding(Protocol):
    """From a split's raw examples to the arrays that networks read; a frozen dataclass of its settings."""

    def encode(self, train: Part, test: Part) -> dict[str, Array]:
        """Arrays by the names that `Split` gives them; what is fitted is fitted on the training part alone.

        Integers are tokens or class numbers; real inputs and training targets become the given dtype.

        Raises:
            TaskError: the data do not fit the sizes that the networks were given.
        """
        ...


class Fitted(NamedTuple):
    """A fitted baseline's answers on the test part."""

    #: As `benchmarks.metrics.evaluate.evaluate` takes them.
    answers: "Answers"
    #: Number of fitted scalars; None where it has no such count.
    parameters: int | None


class Baseline(Protocol):
    """What every network has to beat."""

    @property
    def implementation(self) -> str:
        """ "scikit-learn", or "baseline" for what is written here."""
        ...

    def settings(self) -> str:
        """Everything that determines it, in words; the same in every process."""
        ...

    def run(self, split: "Split") -> Fitted:
        """Fit it on the training part and apply it to the test part."""
        ...


@dataclass(frozen=True)
class Recipe:
    """One network for a task, and how it is trained.

    Recipes with a record in `results/tuning` were chosen on validation parts of the training data
    (`benchmarks.tuning`). The others were settled by a few trials that were judged on the data they are reported on: on
    other shuffles' folds, or on the published test part. That flatters a network a little against the baseline and
    against published figures, but not one implementation against another.
    """

    architecture: Architecture
    training: Training
    batch_size: int
    epochs: int


@dataclass(frozen=True)
class Task:
    """A data set with everything that has to be said to learn it."""

    #: What users call it.
    name: str
    title: str
    #: Name of the data set.
    dataset: str
    kind: ProblemKind
    #: Names of `benchmarks.metrics.evaluate`, the principal one first.
    metrics: tuple[str, ...]
    #: Label (`lstm`) -> recipe; several recipes may be of one architecture.
    recipes: Mapping[str, Recipe]
    #: Label (`linear`) -> what the networks have to beat.
    baselines: Mapping[str, Baseline]
    #: Those that take longer, and are fitted only where a suite asks for them.
    further_baselines: Mapping[str, Baseline] = field(default_factory=dict)
    #: For tables: the transformer of the inputs, fitted on each split's training part alone.
    preprocessing: EstimatorFactory | None = None
    #: For images: the brightest value, by which pixels are divided; nothing is fitted.
    pixel_maximum: int | None = None
    #: For texts, series and everything else.
    encoding: Encoding | None = None
    #: For regression: targets get mean 0 and deviation 1 on the training part; metrics are in the original units.
    standardize_targets: bool = False
    #: This many examples are the one test part, instead of folds or of the data set's own test part: drawn by each seed
    #: (stratified by class), or the last ones where examples have an order in time.
    held_out: int | None = None
    #: Beside a published or held-out test part: train on this many examples alone, sampled, or the last ones before it.
    train_examples: int | None = None
    #: What a language model is given to continue.
    prompt: str = ""

    def __post_init__(self) -> None:
        self._require(
            self.kind in get_args(ProblemKind), f"kind={self.kind!r} is none of {', '.join(get_args(ProblemKind))}"
        )
        for name in ("recipes", "baselines", "further_baselines"):
            self._require(isinstance(getattr(self, name), Mapping), f"{name} is no mapping from labels")
        self._require(bool(self.recipes) or bool(self.baselines), "recipes and baselines are empty; give one")
        self._require(not isinstance(self.metrics, str), f"metrics={self.metrics!r} is a text; give a tuple of names")
        for label, recipe in self.recipes.items():
            where = f"recipes[{label!r}]"
            self._require(isinstance(recipe, Recipe), f"{where} is a {type(recipe).__name__}, no Recipe")
            for name in ("batch_size", "epochs"):
                value = getattr(recipe, name)
                self._require(is_size(value), f"{where}: {name}={value!r}; give a whole number of 1 or more")
        for name in ("baselines", "further_baselines"):
            for label, baseline in getattr(self, name).items():
                is_one = all(callable(getattr(baseline, method, None)) for method in ("settings", "run"))
                self._require(is_one, f"{name}[{label!r}] is a {type(baseline).__name__}, no Baseline")
        ways = (self.preprocessing, self.pixel_maximum, self.encoding)
        self._require(
            sum(way is not None for way in ways) == 1,
            "give one of preprocessing (tables), pixel_maximum (images) and encoding (everything else)",
        )
        self._require(
            not self.standardize_targets or self.kind == "regression", "standardize_targets is for regression"
        )
        self._require(self.kind != "language model" or bool(self.prompt), "a language model needs a prompt to continue")
        self._require(bool(self.metrics), "give at least one metric")

    @property
    def all_baselines(self) -> Mapping[str, Baseline]:
        """The baselines and the further ones."""
        return {**self.baselines, **self.further_baselines}

    def shortened(self, train_examples: int, held_out: int | None = None, **changes: Any) -> "Task":
        """The same task on few examples, `NAME-quick`, mostly with smaller networks: a first look in seconds.

        Args:
            train_examples: to train on.
            held_out: to test on; None is as before.
            changes: of other fields.
        """
        return replace(
            self,
            name=f"{self.name}-quick",
            title=f"{self.title} (few examples)",
            train_examples=train_examples,
            held_out=held_out or self.held_out,
            **changes,
        )

    def _require(self, holds: bool, wanted: str) -> None:
        if not holds:
            raise TaskError(f"task {self.name!r}: {wanted}")
