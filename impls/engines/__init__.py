"""What turns a network into a `Model`: one folder for each framework, which describes itself.

An engine's folder has two files that count. Its `__init__.py` holds `IMPLEMENTATIONS`, a list of `Implementation`, and
imports no framework, so that all can be listed in one process; its `engine.py` holds `build_model`, and may import what
it likes. An engine may also have the hooks of `impls.engines.hooks`: `set_threads`, `device_peak_bytes`, and `let_go`,
which is called between two networks of a process that goes through several. Where the device's peak does not begin anew
then, the next network gets a new process.
"""

import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from impls.errors import ImplementationError
from impls.plugins import instance, registered, registry

#: Coarser arithmetic in which products may be taken: TensorFloat-32 (10 bits of mantissa) and bfloat16 (7).
Arithmetic: TypeAlias = Literal["tf32", "bf16"]


@dataclass(frozen=True)
class Implementation:
    """One way to run every architecture."""

    #: What users call it: `torch`, `torch+compile`, `keras-tensorflow+xla`.
    name: str
    #: The engine's package, `impls.engines.in_torch`.
    engine: str
    #: The file in an architecture's folder that holds its network: `in_torch`.
    network: str
    #: Modules that have to be importable.
    requires: tuple[str, ...] = ()
    #: Modules that its framework imports where they are installed, for conveniences that no engine uses: a measured
    #: process loads the framework as if they were not, and has them afterwards.
    unused: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cpu",)
    #: Whether a training step is traced or compiled before it runs: eager is compared with eager.
    compiled: bool = False
    #: What the factors of products are rounded to, where that is coarser than the model's dtype, which is float32 then.
    arithmetic: Arithmetic | None = None
    #: The most networks that one process should run one after the other; None: any number.
    networks_a_process: int | None = None
    #: Environment variables to set before the framework is imported.
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The dtypes that its models may have."""
        return ("float64", "float32") if self.arithmetic is None else ("float32",)

    def missing(self) -> tuple[str, ...]:
        """The required modules that are not installed."""
        return tuple(module for module in self.requires if importlib.util.find_spec(module) is None)


@registry
def implementations() -> dict[str, Implementation]:
    """Every implementation by name, from the folders beside this file and from plug-ins; imports no framework."""
    described = {}
    for folder in pkgutil.iter_modules(__path__):
        if folder.ispkg:
            for implementation in importlib.import_module(f"{__name__}.{folder.name}").IMPLEMENTATIONS:
                described[implementation.name] = implementation
    return registered("implementations", described, instance(Implementation))


def implementation(name: str) -> Implementation:
    """The implementation of that name.

    Raises:
        ImplementationError: there is none, or something that it requires is not installed.
    """
    known = implementations()
    if name not in known:
        raise ImplementationError(f"implementation {name!r} is unknown; there are {', '.join(known)}")
    if missing := known[name].missing():
        raise ImplementationError(
            f"implementation {name!r} needs {', '.join(missing)}: pip install {' '.join(missing)}"
        )
    return known[name]


def load_engine(implementation: Implementation) -> Any:
    """The engine's module `engine`, which imports its framework with the implementation's environment variables.

    Whatever the user's own are: Keras takes its backend from them. They come too late where the framework is there
    already, which the engine then says.
    """
    name = f"{implementation.engine}.engine"
    if name not in sys.modules:
        os.environ.update(implementation.environment)
    return importlib.import_module(name)
