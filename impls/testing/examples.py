"""The cases that stand for an architecture: from the `examples.py` in its folder."""

import importlib
import importlib.util
from types import ModuleType

from impls.errors import ArchitectureError
from impls.spec.discovery import architecture as find_architecture
from impls.testing.subject import Case
from impls.testing.update_stages import OPTIMIZER_STAGE
from impls.training import Training


def example_cases(architecture: str) -> list[Case]:
    """Every example of the architecture of that name, and the sweep over all optimizers.

    Raises:
        ArchitectureError: the architecture is unknown, or has no examples.
    """
    examples = _examples_module(architecture).EXAMPLES
    cases = [Case(f"{architecture}: {name}", *example) for name, example in examples.items()]
    return [*cases, optimizer_case(architecture)]


def optimizer_case(architecture: str) -> Case:
    """One step, and a few, of every optimizer on the architecture's own small network."""
    network = _examples_module(architecture).OPTIMIZED
    return Case(f"{architecture}: all optimizers", network, Training(), (OPTIMIZER_STAGE.name,))


def _examples_module(architecture: str) -> ModuleType:
    find_architecture(architecture)
    name = f"impls.{architecture}.examples"
    if importlib.util.find_spec(name) is None:
        raise ArchitectureError(
            f"architecture {architecture!r} has no impls/{architecture}/examples.py; "
            "write one with EXAMPLES and OPTIMIZED, after impls/mlp/examples.py"
        )
    return importlib.import_module(name)
