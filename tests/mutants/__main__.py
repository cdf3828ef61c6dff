"""`python -m tests.mutants [FILE ...]`: judge mutants of files below `impls/`, those that have a record left out."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue

from impls.engines import implementations
from tests.mutants.material import SOURCES
from tests.mutants.mutations import Mutant, mutants_of

#: What is certified, by whose certificate.
PARTS = {
    "numpy": ("scratch/*.py", "*/in_numpy.py", "engines/in_numpy/*.py", "engines/*.py"),
    "torch": ("*/in_torch.py", "engines/in_torch/**/*.py"),
    "keras-tensorflow": ("*/in_keras.py", "engines/in_keras/**/*.py"),
}
#: Seconds without a verdict after which a mutant counts as noticed: it does not end.
PATIENCE = 600.0
#: Mutants that a process is given at a time.
PORTION = 40
#: The share of those that are not equivalent which has to be noticed.
LEAST = 0.97


def main(arguments: Sequence[str]) -> int:
    """Judge what has no verdict yet; say what survives. 1 where too much does."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("files", nargs="*", help="below impls/, patterns as in scratch/*.py; all without")
    parser.add_argument("--out", type=Path, default=Path("results/local/mutants"), help="records; resumed from there")
    parser.add_argument("--sample", type=int, help="this many mutants, drawn from all")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at a time")
    options = parser.parse_args(arguments)
    chosen = _mutants(options.files)
    if not chosen:
        parser.error(f"no file below {SOURCES.name}/ that is certified goes by {' '.join(options.files)}")
    if options.sample:
        chosen = random.Random(0).sample(chosen, min(options.sample, len(chosen)))
    options.out.mkdir(parents=True, exist_ok=True)
    records = options.out / "mutants.jsonl"
    verdicts = _read(records)
    waiting = [(name, mutant) for name, mutant in chosen if mutant.key not in verdicts]
    print(f"{len(chosen)} mutants, {len(waiting)} without a verdict", flush=True)
    lock = threading.Lock()

    def note(mutant: Mutant, verdict: dict[str, object]) -> None:
        with lock, records.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(mutant) | {"key": mutant.key} | verdict) + "\n")
            file.flush()
            print(f"{mutant.file}:{mutant.line}: {verdict['noticed'] or 'SURVIVED: ' + mutant.new}", flush=True)

    portions = []
    for name in PARTS:
        own = [mutant for implementation, mutant in waiting if implementation == name]
        portions += [(name, own[start : start + PORTION]) for start in range(0, len(own), PORTION)]
    _measure_sound({name for name, _ in portions}, options.out)
    with ThreadPoolExecutor(options.workers) as pool:
        list(pool.map(lambda portion: _judge(*portion, options.out, note), portions))
    return _summary([mutant for _, mutant in chosen], _read(records))


def _mutants(patterns: Sequence[str]) -> list[tuple[str, Mutant]]:
    chosen = []
    for implementation, parts in PARTS.items():
        files = sorted({path.relative_to(SOURCES) for part in parts for path in SOURCES.glob(part)})
        for file in files:
            if not patterns or any(file.match(pattern) for pattern in patterns):
                chosen += [(implementation, mutant) for mutant in mutants_of(SOURCES, file.as_posix())]
    return chosen


def _measure_sound(names: set[str], folder: Path) -> None:
    for name in sorted(names | ({"torch"} if "numpy" in names else set()) | ({"numpy"} if names else set())):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as nothing:
            subprocess.run(_command(name, folder, nothing.name), env=_environment(name), check=True)


def _judge(name: str, mutants: list[Mutant], folder: Path, note) -> None:
    """Let processes go through the mutants; one that hangs or dies is noticed, and the next goes on behind it."""
    left = list(mutants)
    while left:
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as request:
            request.write("".join(json.dumps(asdict(mutant)) + "\n" for mutant in left))
            request.flush()
            process = subprocess.Popen(
                _command(name, folder, request.name), env=_environment(name), stdout=subprocess.PIPE, text=True
            )
            lines: SimpleQueue[str] = SimpleQueue()
            threading.Thread(target=lambda p=process, q=lines: [q.put(line) for line in (*p.stdout, "")]).start()
            while left:
                try:
                    line = lines.get(timeout=PATIENCE)
                except Empty:
                    note(left.pop(0), {"noticed": "it does not end", "seconds": PATIENCE})
                    break
                if not line:
                    note(left.pop(0), {"noticed": f"its process ended with {process.wait()}", "seconds": 0.0})
                    break
                answer = json.loads(line) if line.startswith("{") else {}
                if answer.get("key") == left[0].key:
                    note(left.pop(0), {"noticed": answer["noticed"], "seconds": answer["seconds"]})
            process.kill()
            process.wait()


def _command(name: str, folder: Path, request: str) -> list[str]:
    return [sys.executable, "-m", "tests.mutants.worker", name, str(folder / "sound"), request]


def _environment(name: str) -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1"} | dict(implementations()[name].environment)


def _read(records: Path) -> dict[str, dict[str, object]]:
    if not records.exists():
        return {}
    lines = records.read_text(encoding="utf-8").splitlines()
    return {verdict["key"]: verdict for verdict in map(json.loads, lines)}


def _equivalent() -> list[dict[str, str]]:
    path = Path(__file__).with_name("equivalent.toml")
    equivalent: list[dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
    return equivalent


def _summary(mutants: Sequence[Mutant], verdicts: dict[str, dict[str, object]]) -> int:
    known = {(each["file"], each["old"], each["new"]) for each in _equivalent()}
    judged = [mutant for mutant in mutants if mutant.key in verdicts]
    survivors = [mutant for mutant in judged if not verdicts[mutant.key]["noticed"]]
    holes = [mutant for mutant in survivors if (mutant.file, mutant.old, mutant.new) not in known]
    for mutant in holes:
        print(f"survived: {mutant.file}:{mutant.line}\n  - {mutant.old}\n  + {mutant.new}")
    counted = len(judged) - (len(survivors) - len(holes))
    score = 1 - len(holes) / counted if counted else 1.0
    seconds = sum(float(str(verdicts[mutant.key]["seconds"])) for mutant in judged)
    print(
        f"{len(judged)} mutants: {counted - len(holes)} noticed, {len(holes)} survived, "
        f"{len(survivors) - len(holes)} equivalent; score {score:.1%}; {seconds / 60:.0f} minutes of judging"
    )
    return 0 if score >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
