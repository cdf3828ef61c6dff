"""`python -m tests.mutants [FILE ...]`: judge mutants of files below `impls/`, those that have a verdict left out."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from impls.engines import implementations
from tests.mutants.loading import SOURCES
from tests.mutants.material import PARTNER, digest_of_sources
from tests.mutants.mutations import Mutant
from tests.mutants.records import KEPT, Verdicts, known_mutants, summary

#: What is certified, by whose certificate; a file belongs to the last that names it. The fastest first. What all back
#: ends of Keras execute is judged on PyTorch, where nothing has to be compiled.
PARTS = {
    "numpy": ("scratch/*.py", "*/in_numpy.py", "engines/in_numpy/*.py", "engines/*.py"),
    "numpy-textbook": ("*/in_textbook.py", "engines/in_textbook/*.py"),
    "torch": ("*/in_torch.py", "engines/in_torch/**/*.py"),
    "keras-torch": ("*/in_keras.py", "engines/in_keras/**/*.py"),
    "torch+compile": ("engines/in_torch/compiling.py",),
    "keras-tensorflow": ("engines/in_keras/backends/tensorflow*.py",),
    "keras-jax": ("engines/in_keras/backends/jax.py",),
}
#: What CUDA alone executes: a machine without a GPU has nothing to judge it by.
ON_A_GPU = ("engines/in_torch/captured_*.py", "engines/in_torch/cuda_graphs.py")
#: Who judges next what the first lets live: lines that no stage of it executes, or whose effect another one shows.
OTHERWISE = {"torch": ("torch+bf16",), "keras-torch": ("keras-tensorflow", "keras-jax")}
#: Mutants that a process is given at a time.
PORTION = 200


def main(arguments: Sequence[str]) -> int:
    """Judge what has no verdict yet; say what survives. 1 where too much does."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("files", nargs="*", help="below impls/, patterns as in scratch/*.py; all without")
    parser.add_argument("--out", type=Path, default=Path("results/local/mutants"), help="records; resumed from there")
    parser.add_argument("--sample", type=int, help="this many mutants, drawn from all")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--minutes", type=float, help="begin no mutant after that")
    parser.add_argument(
        "--budget", type=float, help="seconds of a mutant's stages; what survives them is judged by all in a later run"
    )
    parser.add_argument("--again", action="store_true", help="judge what some stages let go, by more of them")
    parser.add_argument("--summary", action="store_true", help="judge nothing")
    parser.add_argument(
        "--keep", action="store_true", help=f"write the verdicts on all mutants to {KEPT.name} beside this program"
    )
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    chosen = _mutants(options.files, options.out)
    if not chosen:
        parser.error(f"no file below {SOURCES.name}/ that is certified goes by {' '.join(options.files)}")
    if options.sample:
        chosen = random.Random(0).sample(chosen, min(options.sample, len(chosen)))
    verdicts = Verdicts(options.out / "mutants.jsonl")
    whole, digest = options.again or options.budget is None, digest_of_sources()
    chosen = [(judge_of(name, verdicts.of(mutant), digest, whole), mutant) for name, mutant in chosen]
    if not options.summary:
        _judge_all(chosen, verdicts, digest, whole, options)
    if options.keep:
        print(f"{verdicts.keep([mutant for _, mutant in _mutants([], options.out)])} verdicts are kept", flush=True)
    return summary([mutant for _, mutant in chosen], verdicts)


def judge_of(name: str, verdict: Mapping[str, Any] | None, sources: str, whole: bool) -> str:
    """The implementation whose certificate judges next: a further one where a mutant survived, run by run.

    Args:
        name: who judges first.
        verdict: the last one, if any.
        sources: digest of those that are judged now: with others all begins anew.
        whole: whether who let it go after a part of the stages judges it again.
    """
    judges = (name, *OTHERWISE.get(name, ()))
    if (
        verdict is None
        or verdict["noticed"]
        or verdict["sources"] != sources
        or verdict["implementation"] not in judges
    ):
        return name
    place = judges.index(verdict["implementation"])
    return judges[place if whole and verdict["left"] else min(place + 1, len(judges) - 1)]


def _judge_all(
    chosen: Sequence[tuple[str, Mutant]], verdicts: Verdicts, digest: str, whole: bool, options: argparse.Namespace
) -> None:
    # What has never been judged first, then what survived, where the judges or the sources have become others.
    waiting = sorted(
        (each for each in chosen if verdicts.waits(each[1], digest, each[0], whole=whole)),
        key=lambda each: verdicts.of(each[1]) is not None,
    )
    print(f"{len(chosen)} mutants, {len(waiting)} to be judged", flush=True)
    until = time.time() + options.minutes * 60 if options.minutes else float("inf")
    sound = options.out / "sound" / digest
    _measure_sound(dict.fromkeys(name for name, _ in waiting), sound, options.workers)
    extra = ["--until", str(until)] + (["--budget", str(options.budget)] if options.budget else [])

    def judge(portion: tuple[str, Sequence[Mutant]]) -> None:
        name, mutants = portion
        if time.time() < until:
            by_key = {mutant.key: mutant for mutant in mutants}
            for verdict in _verdicts(name, mutants, sound, extra):
                verdicts.note(by_key[verdict["key"]], verdict | {"implementation": name, "sources": digest})

    with ThreadPoolExecutor(options.workers) as pool:
        list(pool.map(judge, portions_of(waiting)))


def portions_of(waiting: Sequence[tuple[str, Mutant]]) -> Iterator[tuple[str, Sequence[Mutant]]]:
    """What processes are given, an implementation after the other: some mutants that it is to judge.

    Args:
        waiting: each with the implementation that judges it.
    """
    for name in sorted(dict.fromkeys(name for name, _ in waiting), key=_place_of):
        own = [mutant for implementation, mutant in waiting if implementation == name]
        for start in range(0, len(own), PORTION):
            yield name, own[start : start + PORTION]


def _place_of(name: str) -> int:
    """The fastest first; who judges what another one let live, last."""
    return list(PARTS).index(name) if name in PARTS else len(PARTS)


def _mutants(patterns: Sequence[str], out: Path) -> list[tuple[str, Mutant]]:
    by_file = {
        path.relative_to(SOURCES).as_posix(): implementation
        for implementation, parts in PARTS.items()
        for part in parts
        for path in sorted(SOURCES.glob(part))
        if not any(path.relative_to(SOURCES).match(pattern) for pattern in ON_A_GPU)
    }
    return [
        (implementation, mutant)
        for file, implementation in by_file.items()
        if not patterns or any(Path(file).match(pattern) for pattern in patterns)
        for mutant in known_mutants(SOURCES, file, out / "places")
    ]


def _measure_sound(names: Mapping[str, None], folder: Path, workers: int) -> None:
    """Leave the sound arrays of these sources, to which no judge may object."""

    def measure(which: tuple[str, str]) -> None:
        name, dtype = which
        subprocess.run(_command("material", name, str(folder), dtype), env=_environment(name), check=True)

    others = [name for name in names if name != PARTNER]
    with ThreadPoolExecutor(workers) as pool:
        for together in ([PARTNER], others):  # the others are compared with the partner's
            parts = [(name, dtype) for name in together for dtype in implementations()[name].dtypes]
            list(pool.map(measure, parts))


def _verdicts(name: str, mutants: Sequence[Mutant], folder: Path, extra: Sequence[str]) -> Iterator[dict[str, Any]]:
    """As they come from a process that judges."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as request:
        request.write("".join(json.dumps(asdict(mutant)) + "\n" for mutant in mutants))
        request.flush()
        command = _command("worker", name, str(folder), request.name, *extra)
        with subprocess.Popen(command, env=_environment(name), stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith('{"key"'):
                    yield json.loads(line)
        if process.returncode:
            raise ChildProcessError(f"{name}: the judging process ended with {process.returncode}")


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tests.mutants.{module}", *arguments]


def _environment(name: str) -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1"} | dict(implementations()[name].environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
