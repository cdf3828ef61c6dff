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

from benchmarks.environment import sources_digest
from benchmarks.records.store import write_beside
from impls.engines import implementations
from tests.mutants.material import PARTNERS, SOURCES
from tests.mutants.mutations import Mutant, mutants_of

#: What is certified, by whose certificate.
PARTS = {
    "numpy": ("scratch/*.py", "*/in_numpy.py", "engines/in_numpy/*.py", "engines/*.py"),
    "torch": ("*/in_torch.py", "engines/in_torch/**/*.py"),
    "keras-tensorflow": ("*/in_keras.py", "engines/in_keras/**/*.py"),
}
#: Seconds that one stage or check may take, after which a mutant counts as noticed: it does not end.
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
    # What survived has to be judged again once the certificate or the sources are others.
    waiting = [
        (name, mutant)
        for name, mutant in chosen
        if mutant.key not in verdicts
        or (not verdicts[mutant.key]["noticed"] and verdicts[mutant.key].get("sources") != sources_digest())
    ]
    print(f"{len(chosen)} mutants, {len(waiting)} without a verdict", flush=True)
    lock = threading.Lock()

    def note(mutant: Mutant, verdict: dict[str, object]) -> None:
        with lock, records.open("a", encoding="utf-8") as file:
            about = {"key": mutant.key, "sources": sources_digest()}
            file.write(json.dumps(asdict(mutant) | about | verdict) + "\n")
            file.flush()
            print(f"{mutant.file}:{mutant.line}: {verdict['noticed'] or 'SURVIVED: ' + mutant.new}", flush=True)

    portions = []
    for name in PARTS:
        own = [mutant for implementation, mutant in waiting if implementation == name]
        portions += [(name, own[start : start + PORTION]) for start in range(0, len(own), PORTION)]
    sound = options.out / "sound" / sources_digest()[:16]
    _measure_sound({name for name, _ in portions}, sound)
    with ThreadPoolExecutor(options.workers) as pool:
        list(pool.map(lambda portion: _judge(*portion, sound, note), portions))
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
    """Leave the sound arrays of these sources, by which nothing of the sound code itself may be noticed."""
    for name in sorted(names | {PARTNERS.get(name, "numpy") for name in names}):
        subprocess.run(_command("material", name, str(folder / name)), env=_environment(name), check=True)
    for name in sorted(names):
        mark = folder / f"{name} is sound"
        if not mark.exists():
            subprocess.run(_command("worker", name, str(folder)), env=_environment(name), check=True)
            mark.touch()


def _judge(name: str, mutants: list[Mutant], folder: Path, note) -> None:
    """Let processes go through the mutants; one that hangs or dies is noticed, and the next goes on behind it."""
    left = list(mutants)
    while left:
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as request:
            request.write("".join(json.dumps(asdict(mutant)) + "\n" for mutant in left))
            request.flush()
            process = subprocess.Popen(
                _command("worker", name, str(folder), request.name),
                env=_environment(name),
                stdout=subprocess.PIPE,
                text=True,
            )
            lines: SimpleQueue[str] = SimpleQueue()
            threading.Thread(target=lambda p=process, q=lines: [q.put(line) for line in (*p.stdout, "")]).start()
            began = ""
            while left:
                try:
                    line = lines.get(timeout=PATIENCE)
                except Empty:
                    note(left.pop(0), {"noticed": "it does not end", "seconds": PATIENCE})
                    break
                if not line and began != left[0].key:
                    raise ChildProcessError(f"{name}: the judging process ended with {process.wait()} between mutants")
                if not line:
                    note(left.pop(0), {"noticed": f"its process ended with {process.wait()}", "seconds": 0.0})
                    break
                answer = json.loads(line) if line.startswith("{") else {}
                began = answer.get("began", began)
                if answer.get("key") == left[0].key:
                    note(left.pop(0), {"noticed": answer["noticed"], "seconds": answer["seconds"]})
            process.kill()
            process.wait()


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tests.mutants.{module}", *arguments]


def _environment(name: str) -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1"} | dict(implementations()[name].environment)


def _read(records: Path) -> dict[str, dict[str, object]]:
    if not records.exists():
        return {}
    lines = records.read_text(encoding="utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        # Torn when the process was killed: its mutant is judged again, and the next line begins at its own.
        write_beside(records, "".join(lines[:-1]))
        lines = lines[:-1]
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
