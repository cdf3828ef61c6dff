"""Two sides of pytest-benchmark's JSON files, ours or anybody's: a file is one launch, a folder of files several."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from benchmarks.printable import printable
from benchmarks.records.store import first_problem
from impls.errors import ThreefoldError
from report.comparing.positive import Sample

#: What must be the same for times to be comparable, as pytest-benchmark calls it.
MACHINE = ("node", "machine", "system", "python_implementation", "python_version")


class BenchmarkFileError(ThreefoldError):
    """A file is not one of pytest-benchmark's."""


class _Stats(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    min: float = Field(gt=0)
    median: float = Field(gt=0)
    q1: float = Field(gt=0)
    q3: float = Field(gt=0)


class _Benchmark(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str
    fullname: str
    stats: _Stats


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    machine_info: Mapping[str, Any]
    benchmarks: tuple[_Benchmark, ...]


class Side(BaseModel):
    """The files of one side."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    label: str
    samples: Mapping[str, Sample]
    #: What of `MACHINE` the files say, and the processor's brand.
    machine: Mapping[str, str]


def is_benchmark_side(path: Path) -> bool:
    """Whether the path is a JSON file, or a folder that directly or one level below holds some and is no run."""
    return path.is_file() or (path.is_dir() and not (path / "manifest.json").exists() and bool(_files(path)))


def read_side(path: Path) -> Side:
    """All launches of one side.

    Raises:
        BenchmarkFileError: a file is not pytest-benchmark's, or those of a folder come from different machines.
    """
    files = [path] if path.is_file() else _files(path)
    launches: dict[str, list[_Stats]] = defaultdict(list)
    machines = set()
    for file in files:
        content = _read(file)
        machines.add(tuple(sorted(_machine(content.machine_info).items())))
        times = Counter(benchmark.fullname for benchmark in content.benchmarks)
        for benchmark in content.benchmarks:
            if times[benchmark.fullname] > 1:
                raise BenchmarkFileError(f"{file}: holds {benchmark.fullname!r} twice; give a file of one session")
            launches[benchmark.fullname].append(benchmark.stats)
    if len(machines) > 1:
        raise BenchmarkFileError(f"{path}: its files come from different machines or Pythons; keep one of them")
    if not launches:
        raise BenchmarkFileError(f"{path}: holds no benchmark; run pytest with --benchmark-json=FILE")
    return Side(
        label=printable(str(path)),
        samples={name: _sample(stats) for name, stats in launches.items()},
        machine=dict(next(iter(machines))),
    )


def machine_differences(baseline: Side, candidate: Side) -> list[str]:
    """One line for each fact about machine or interpreter that differs."""
    return [
        f"{name} differs ({baseline.machine.get(name, 'not said')} against {candidate.machine.get(name, 'not said')})"
        for name in sorted(baseline.machine.keys() | candidate.machine.keys())
        if baseline.machine.get(name) != candidate.machine.get(name)
    ]


def _files(folder: Path) -> list[Path]:
    return sorted({*folder.glob("*.json"), *folder.glob("*/*.json")})


def _read(path: Path) -> _File:
    try:
        content = json.loads(path.read_text("utf-8-sig"))
        return _File.model_validate(content)
    except ValidationError as error:
        problem = first_problem(error)
    except (ValueError, RecursionError):
        problem = "no JSON"
    raise BenchmarkFileError(f"{path}: is not a file of pytest-benchmark's --benchmark-json ({problem})") from None


def _machine(facts: Mapping[str, Any]) -> dict[str, str]:
    known = {name: str(facts[name])[:80] for name in MACHINE if name in facts}
    processor = facts.get("cpu")
    if isinstance(processor, Mapping) and processor.get("brand_raw"):
        known["processor"] = str(processor["brand_raw"])[:80]
    return known


def _sample(launches: list[_Stats]) -> Sample:
    medians = tuple(stats.median for stats in launches)
    if len(launches) > 1:
        return Sample(medians)
    (only,) = launches
    return Sample(medians, fastest=only.min, first_quartile=only.q1, third_quartile=only.q3)
