"""The cases that stand for an architecture: from the `examples.py` in its folder."""

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from types import ModuleType

from impls.errors import ArchitectureError
from impls.spec.architecture import Architecture
from impls.spec.discovery import architecture as find_architecture
from impls.spec.discovery import file_of, package_of
from impls.testing.horizon_stage import HORIZON_STAGE
from impls.testing.subject import Case, dropout_rate
from impls.testing.update_stages import COMBINED, OPTIMIZER_STAGE
from impls.training import Optimizer, Training

Examples = Mapping[str, tuple[Architecture, Training]]

#: Of a network of which the function alone is compared, which takes a fraction of the time of all stages.
FUNCTION_STAGES = ("parameters", "function")
#: Of the large network: where size matters.
LARGE_STAGES = ("parameters", "function", "batched prediction", "causality", "decoding", "batch sizes")

#: Of a small network that is given many examples.
MANY_STAGES = ("batch sizes",)

#: Of the networks but one: every example trains by its own recipe, and the update rule is that of the first.
SAMPLE: tuple[Optimizer, ...] = ("adam", "nesterov")


def example_cases(architecture: str) -> list[Case]:
    """Every example of the architecture of that name, in all stages; what it has besides; and its optimizers.

    An `examples.py` has `EXAMPLES` and `OPTIMIZED`. It may have `FUNCTIONS`, networks of which the function alone is
    compared; `LARGE`, one that is large in every direction, with `LARGE_BATCH`, the examples it is given at once, and
    `MANY`, a small one that is given as many; and `ALL_OPTIMIZERS`, where its `OPTIMIZED` stands for all architectures.

    Raises:
        ArchitectureError: the architecture is unknown, or has no examples.
    """
    module = _examples_module(architecture)
    cases = [Case(f"{architecture}: {name}", *example) for name, example in module.EXAMPLES.items()]
    functions: Examples = getattr(module, "FUNCTIONS", {})
    cases += [Case(f"{architecture}: {name}", *example, FUNCTION_STAGES) for name, example in functions.items()]
    if hasattr(module, "LARGE"):
        network, training = module.LARGE
        sizes = (module.LARGE_BATCH,)
        cases.append(Case(f"{architecture}: large", network, training, LARGE_STAGES, sizes=sizes))
        if hasattr(module, "MANY"):
            network, training = module.MANY
            cases.append(Case(f"{architecture}: many examples", network, training, MANY_STAGES, sizes=sizes))
    return [*cases, *optimizer_cases(architecture)]


def optimizer_cases(architecture: str) -> list[Case]:
    """The optimizers on the architecture's own small network.

    The update rule knows of a network only its parameters' names and shapes: one network goes through every optimizer
    in every variation, and through long trainings; the others go through a sample, since each of their examples trains
    by a recipe of its own.
    """
    whole = optimizer_case(architecture)
    if getattr(_examples_module(architecture), "ALL_OPTIMIZERS", False):
        return [
            whole,
            Case(f"{architecture}: long trainings", whole.architecture, whole.training, (HORIZON_STAGE.name,)),
        ]
    name = f"{architecture}: optimizers"
    return [Case(name, whole.architecture, whole.training, whole.stages, SAMPLE, (COMBINED,))]


def optimizer_case(architecture: str) -> Case:
    """One step, and a few, of every optimizer in every variation on the architecture's own small network."""
    network = _examples_module(architecture).OPTIMIZED
    return Case(f"{architecture}: all optimizers", network, Training(), (OPTIMIZER_STAGE.name,))


def pairwise_choices(architecture: str) -> dict[str, Sequence[Mapping[str, object]]]:
    """By factor, the settings to choose between: any choice of one factor goes with any of another.

    Raises:
        ArchitectureError: the architecture is unknown, or has no `CHOICES` in its `examples.py`.
    """
    module = _examples_module(architecture)
    if not hasattr(module, "CHOICES"):
        raise ArchitectureError(f"architecture {architecture!r} has no CHOICES in {file_of(architecture, 'examples')}")
    choices: dict[str, Sequence[Mapping[str, object]]] = module.CHOICES
    return choices


def covering(cases: Sequence[Case]) -> list[Case]:
    """A few cheap ones of the cases that have every setting of an architecture's which is one of several words, or yes
    or no.

    With them stay the large network, the samples of optimizers and the long trainings.
    """
    whole = [case for case in cases if case.stages is None]
    missing = {setting for case in whole for setting in _settings(case)}
    chosen: list[Case] = []
    while missing:
        most = max(whole, key=lambda case: len(_settings(case) & missing) / _price(case))
        chosen.append(most)
        missing -= _settings(most)
    for case in sorted(chosen, key=_price, reverse=True):  # what cheaper ones cover together by now is left out again
        others = [other for other in chosen if other is not case]
        if _settings(case) <= {setting for other in others for setting in _settings(other)}:
            chosen = others
    return [case for case in cases if case in chosen or _stays(case)]


def one_of_each(cases: Sequence[Case]) -> list[Case]:
    """Of each architecture the cheapest case with dropout, and so with every stage; without it where none has it."""
    whole = [case for case in cases if case.stages is None]
    by_architecture: dict[str, list[Case]] = {}
    for case in sorted(whole, key=lambda case: (not dropout_rate(case.architecture), _price(case))):
        by_architecture.setdefault(case.architecture.name, []).append(case)
    return [some[0] for some in by_architecture.values()]


def _price(case: Case) -> float:
    """What a compiler has to do, roughly: so much a layer, and thrice that where dropout has stages of its own."""
    return len(case.architecture.parameters()) * (3.0 if dropout_rate(case.architecture) else 1.0)


def _stays(case: Case) -> bool:
    samples = case.stages == (OPTIMIZER_STAGE.name,) and case.variations is not None
    return samples or case.stages in (LARGE_STAGES, (HORIZON_STAGE.name,))


def _settings(case: Case) -> set[tuple[str, str, object]]:
    fields = vars(case.architecture) | {"dropout": bool(dropout_rate(case.architecture)), "loss": case.training.loss}
    name = case.architecture.name
    return {(name, field, value) for field, value in fields.items() if isinstance(value, str | bool) or value is None}


def _examples_module(architecture: str) -> ModuleType:
    find_architecture(architecture)
    name = f"{package_of(architecture)}.examples"
    if importlib.util.find_spec(name) is None:
        raise ArchitectureError(
            f"architecture {architecture!r} has no {file_of(architecture, 'examples')}; "
            "write one with EXAMPLES and OPTIMIZED, after impls/mlp/examples.py"
        )
    return importlib.import_module(name)
