"""What a probe process is asked: cases in a form that is written as JSON."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from benchmarks.environment import plugin_digests, sources_digest, versions
from benchmarks.execution.command import Command
from benchmarks.records.cells import Frozen
from benchmarks.records.networks import network_of_settings
from impls.engines import implementations
from impls.testing import Case, for_arithmetic
from impls.training import Optimizer

T = TypeVar("T")


class CaseSettings(Frozen):
    """A case of `impls.testing`, as its settings."""

    name: str
    architecture: str
    #: The architecture's and the training's fields.
    settings: Mapping[str, Any]
    training: Mapping[str, Any]
    stages: tuple[str, ...] | None = None
    optimizers: tuple[Optimizer, ...] | None = None
    variations: tuple[str, ...] | None = None
    sizes: tuple[int, ...] = ()

    def case(self) -> Case:
        """The case again."""
        plain = case_of_settings(self.name, self.architecture, self.settings, self.training)
        asked = {name: getattr(self, name) for name in ("stages", "optimizers", "variations", "sizes")}
        return replace(plain, **asked)


class Trial(Frozen):
    """A case by one implementation on one device in one precision."""

    case: CaseSettings
    implementation: str
    device: str
    dtype: Literal["float32", "float64"]
    threads: int
    #: Name of the folder of its arrays: another whenever a setting, a source or a version is another.
    folder: str


class ProbeRequest(Frozen):
    """Everything that one process is to measure; all trials are of one implementation."""

    trials: tuple[Trial, ...]
    #: Where the trials' folders are made.
    arrays: Path


def case_of_settings(name: str, architecture: str, settings: Mapping[str, Any], training: Mapping[str, Any]) -> Case:
    """A case of all stages from its fields."""
    return Case(name, *network_of_settings(architecture, settings, training))


def settings_of(case: Case) -> CaseSettings:
    """The case in the form that is written."""
    return CaseSettings(
        name=case.name,
        architecture=case.architecture.name,
        settings=asdict(case.architecture),
        training=asdict(case.training),
        stages=case.stages,
        optimizers=case.optimizers,
        variations=case.variations,
        sizes=case.sizes,
    )


def make_trial(case: Case, implementation: str, device: str, dtype: str, threads: int) -> Trial:
    """The case by that implementation, as far as its arithmetic allows; NumPy stays on the CPU beside a GPU."""
    described = implementations()[implementation]
    place = device if device in described.devices else described.devices[0]
    own = settings_of(for_arithmetic(case, described.arithmetic))
    fields = {"case": own, "implementation": implementation, "device": place, "dtype": dtype}
    packages = {package: versions().get(package) for package in (*described.requires, "numpy")}
    behind = plugin_digests([("architectures", case.architecture.name), ("implementations", implementation)])
    determinants = [fields, threads, packages, sources_digest(timed=False), *([behind] if behind else [])]
    content = json.dumps(determinants, sort_keys=True, default=dict)
    readable = re.sub(r"\W+", "-", f"{case.name} {implementation} {place} {dtype}")
    folder = f"{readable}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    return Trial.model_validate({**fields, "threads": threads, "folder": folder})


def probe_command(trials: Sequence[Trial], arrays: Path) -> Command:
    """The command that measures the trials, which are of one implementation, and leaves their arrays under `arrays`."""
    first = trials[0]
    request = ProbeRequest(trials=tuple(trials), arrays=arrays.resolve())
    content = request.model_dump_json()
    return Command(
        module="benchmarks.certificates.probe",
        request=content,
        implementation=first.implementation,
        threads=first.threads,
        name=f"probe-{first.implementation}-{first.device}-{hashlib.sha256(content.encode()).hexdigest()[:8]}",
        activity="certificates",
        networks=len(trials),
    )
