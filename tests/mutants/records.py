"""What is known of mutants: where they are, which have a verdict, and what survives."""

import gzip
import hashlib
import json
import re
import threading
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase
from operator import itemgetter
from pathlib import Path
from typing import Any

from benchmarks.records.store import write_beside, writing_beside
from tests.mutants.mutations import Mutant, mutants_of

#: The share of those that are not equivalent which has to be noticed.
LEAST = 0.97
#: What no judge can notice, and why.
EQUIVALENT = Path(__file__).with_name("equivalent.toml")

#: Verdicts of earlier runs on any machine, from which every run goes on: judging takes many hours.
KEPT = Path(__file__).with_name("verdicts.jsonl.gz")


class Equivalents:
    """The mutants that no judge can notice, each with its reason in a file: one by one, or a kind of them."""

    def __init__(self, path: Path = EQUIVALENT) -> None:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        self._single = {(each["file"], each["old"], each["new"]) for each in listed.get("mutant", [])}
        self._kinds = [(each["file"], each["old"], each["new"]) for each in listed.get("kind", [])]

    def __contains__(self, mutant: Mutant) -> bool:
        return (mutant.file, mutant.old, mutant.new) in self._single or any(
            fnmatchcase(mutant.file, file)
            and re.search(old, mutant.old) is not None
            and re.search(new, mutant.new) is not None
            for file, old, new in self._kinds
        )


class Verdicts:
    """The records of a run, a JSON line a verdict, and those that are kept; of several on a mutant the last counts.

    Args:
        path: of the records.
        kept: of earlier runs, compressed.
    """

    def __init__(self, path: Path, kept: Path = KEPT) -> None:
        self._path = path
        self._kept = kept
        self._lock = threading.Lock()
        self._equivalents = Equivalents()
        self._by_key = {each["key"]: each for each in (*_compressed_lines(kept), *_whole_lines(path))}

    def keep(self, mutants: Sequence[Mutant]) -> int:
        """Write the verdicts on these mutants where later runs go on from; returns how many there are."""
        known = [asdict(mutant) | verdict for mutant in mutants if (verdict := self.of(mutant))]
        lines = "".join(json.dumps(each) + "\n" for each in sorted(known, key=itemgetter("file", "line", "key")))
        with writing_beside(self._kept) as file:
            file.write(gzip.compress(lines.encode(), mtime=0))
        return len(known)

    def all(self) -> list[dict[str, Any]]:
        """Every verdict, with the mutant's fields."""
        return list(self._by_key.values())

    def of(self, mutant: Mutant) -> dict[str, Any] | None:
        """The mutant's, or None."""
        return self._by_key.get(mutant.key)

    def waits(self, mutant: Mutant, sources: str, implementation: str, whole: bool) -> bool:
        """Whether it has no verdict, or survived other sources' judges, or another implementation's, or a part of them.

        That a part let it go counts only where `whole` is asked for. What is listed as equivalent survives all: whether
        some of them notice it is asked once.
        """
        verdict = self.of(mutant)
        if verdict is None:
            return True
        if mutant in self._equivalents:
            return False
        same_judge = verdict["sources"] == sources and verdict["implementation"] == implementation
        return not verdict["noticed"] and (not same_judge or bool(whole and verdict["left"]))

    def note(self, mutant: Mutant, verdict: dict[str, Any]) -> None:
        """Keep a verdict, and say it."""
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            self._by_key[mutant.key] = verdict
            file.write(json.dumps(asdict(mutant) | verdict) + "\n")
            file.flush()
            print(f"{mutant.file}:{mutant.line}: {verdict['noticed'] or 'SURVIVED: ' + mutant.new}", flush=True)


def _compressed_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()] if path.exists() else []


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    if lines and not lines[-1].endswith("\n"):
        # Torn when the process was killed: its mutant is judged again, and the next line begins at its own.
        lines = lines[:-1]
        write_beside(path, "".join(lines))
    yield from map(json.loads, lines)


def known_mutants(sources: Path, file: str, places: Path) -> list[Mutant]:
    """The mutants of a file, which are looked for once: whether two are the same program takes a minute for all files.

    Args:
        sources: the folder of `impls`.
        file: below it.
        places: takes the lists, and gives those that are there.
    """
    digest = hashlib.sha256((sources / file).read_bytes() + Path(__file__).with_name("mutations.py").read_bytes())
    path = places / f"{file.replace('/', '-')}-{digest.hexdigest()[:16]}.json"
    if not path.exists():
        places.mkdir(parents=True, exist_ok=True)
        write_beside(path, json.dumps([asdict(mutant) for mutant in mutants_of(sources, file)]))
    return [Mutant(**each) for each in json.loads(path.read_text(encoding="utf-8"))]


def summary(mutants: Sequence[Mutant], verdicts: Verdicts) -> int:
    """Print what survived and the score; 1 where too much did."""
    known = Equivalents()
    judged = [(mutant, verdict) for mutant in mutants if (verdict := verdicts.of(mutant))]
    survivors = [(mutant, verdict) for mutant, verdict in judged if not verdict["noticed"]]
    same = [mutant for mutant, _ in survivors if mutant in known]
    holes = [(mutant, verdict) for mutant, verdict in survivors if mutant not in same]
    for mutant, verdict in holes:
        some = (
            f" (of {verdict['pieces'] + verdict['left']} stages {verdict['pieces']} tried)" if verdict["left"] else ""
        )
        print(f"survived{some}: {mutant.file}:{mutant.line}\n  - {mutant.old}\n  + {mutant.new}")
    counted = len(judged) - len(same)
    score = 1 - len(holes) / counted if counted else 1.0
    minutes = sum(float(verdict["seconds"]) for _, verdict in judged) / 60
    by = Counter(_noticing(verdict["noticed"]) for _, verdict in judged if verdict["noticed"])
    print(f"noticed by: {', '.join(f'{stage} {count}' for stage, count in by.most_common())}")
    print(
        f"{len(judged)} of {len(mutants)} mutants judged: {counted - len(holes)} noticed, {len(holes)} survived, "
        f"{len(same)} equivalent; score {score:.1%}; {minutes:.0f} minutes of processor time"
    )
    return 0 if score >= LEAST else 1


def _noticing(noticed: str) -> str:
    """The figure of a certificate, the check of the contract, or the import, of what a verdict says."""
    place = re.search(r", float(?:32|64): (.*)", noticed)
    stage, _, figure = (place[1] if place else noticed).partition(": ")
    return stage if stage.startswith("check of ") or not figure or figure.endswith("Error") else figure


#: What a table of verdicts tells apart: files by pattern, the first that fits.
GROUPS = {
    "NumPy's layers (`impls/scratch`)": "scratch/*",
    "networks in NumPy": "*/in_numpy.py",
    "networks in the textbook's NumPy": "*/in_textbook.py",
    "networks in PyTorch": "*/in_torch.py",
    "networks in Keras": "*/in_keras.py",
    "engines": "engines/*",
}


def table(kept: Path = KEPT) -> str:
    """Markdown: by group of files how many mutants were judged, noticed, equivalent, and survived, by kept verdicts."""
    known = Equivalents()
    counts: dict[str, Counter[str]] = {name: Counter() for name in GROUPS}
    for each in _compressed_lines(kept):
        group = next(name for name, pattern in GROUPS.items() if fnmatchcase(each["file"], pattern))
        mutant = Mutant(**{name: each[name] for name in Mutant.__dataclass_fields__})
        what = "noticed" if each["noticed"] else "equivalent" if mutant in known else "survived"
        counts[group][what] += 1
    counts = {name: own for name, own in counts.items() if own}
    rows = [*counts.items(), ("all", sum(counts.values(), Counter()))]
    lines = [
        "| Mutants of | Judged | Noticed | Equivalent | Survived | Noticed of the others |",
        "|---|---|---|---|---|---|",
    ]
    for name, own in rows:
        share = own["noticed"] / max(1, own.total() - own["equivalent"])
        cells = own.total(), own["noticed"], own["equivalent"], own["survived"]
        lines.append(f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} | {share:.1%} |")
    return "\n".join(lines) + "\n"
