"""One implementation's mutants, each judged in a fork: `python -m tests.mutants.worker IMPLEMENTATION FOLDER REQUEST`.

REQUEST is a file with a JSON line a mutant; a JSON line is printed for each verdict.

The process has the framework loaded, and a fork begins with it: there the mutated module and what imports it are loaded
anew, and the pieces that execute the mutated line are gone through, the cheapest first, until one notices.
"""

import argparse
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from impls.engines import implementations, load_engine
from impls.spec.discovery import architectures, package_of
from tests.mutants.loading import SOURCES, import_all, importers_of, module_of, put
from tests.mutants.material import CHECK, Piece, build_function, cases, departure_of, expected, pieces_of
from tests.mutants.mutations import Mutant, source_of
from tests.mutants.places import executing

#: Seconds of processor time that a piece may take beyond a multiple of its sound time: a mutant may not end.
PATIENCE = {"numpy": 2.0, "numpy-textbook": 5.0, "torch": 5.0, "keras-torch": 5.0}
PATIENCE_OF_COMPILED = 60.0
TIMES_LONGER = 10
#: Bytes beyond what the process has when it is forked.
MEMORY = 4 * 2**30
#: Looks at the fork, seconds apart, of which so many without any use of the processor mean that it waits for ever.
LOOK_S, LOOKS = 5.0, 12
#: Pieces that noticed a mutant of the same file last: tried first.
LIKELY = 3
#: Pieces whose sound arrays are read before the fork, and kept for the next mutants.
FIRST = 8


class Judge:
    """Judges mutants of an implementation by what its sound code left.

    Args:
        implementation: whose files are mutated.
        folder: of the sound arrays, a folder an implementation.
        budget: seconds of sound processor time after which a mutant is let go for this time; None: all pieces.
    """

    def __init__(self, implementation: str, folder: Path, budget: float | None = None) -> None:
        self.implementation = implementation
        self._budget = budget
        self._folder = folder
        self.pieces = sorted(pieces_of(implementation, folder), key=lambda piece: piece.seconds)
        self._likely: dict[str, list[Piece]] = {}
        self._patience = PATIENCE.get(implementation, PATIENCE_OF_COMPILED)
        description = implementations()[implementation]
        load_engine(description)
        for name in architectures():
            importlib.import_module(f"{package_of(name)}.{description.network}")
        import_all()

    def verdict(self, mutant: Mutant) -> dict[str, Any]:
        """What notices the mutant: `noticed`, empty where nothing did; `left`, the pieces that were not tried."""
        chosen, left = self._chosen(mutant)
        for piece in chosen[:FIRST]:
            if not piece.stage.startswith(CHECK):
                expected(cases(self.implementation)[piece.case], piece.dtype, piece.stage, self._folder)
        began = time.perf_counter()
        noticed, seconds = self._in_fork(mutant, chosen)
        if noticed:
            self._remember(mutant.file, noticed, chosen)
        verdict = {"key": mutant.key, "noticed": noticed, "seconds": round(seconds, 3)}
        return verdict | {"wall": round(time.perf_counter() - began, 2), "pieces": len(chosen), "left": left}

    def _chosen(self, mutant: Mutant) -> tuple[list[Piece], int]:
        source = (SOURCES / mutant.file).read_text(encoding="utf-8")
        touching = executing(mutant.file, source, mutant.line, self.pieces)
        likely = [piece for piece in self._likely.get(mutant.file, ()) if piece in touching]
        ordered = [*likely, *(piece for piece in touching if piece not in likely)]
        if self._budget is None:
            return ordered, 0
        spent, within = 0.0, []
        for piece in ordered:
            spent += piece.seconds
            if within and spent > self._budget:
                break
            within.append(piece)
        return within, len(ordered) - len(within)

    def _remember(self, file: str, noticed: str, chosen: Sequence[Piece]) -> None:
        killer = next((piece for piece in chosen if noticed.startswith(_name(piece))), None)
        if killer:
            others = [piece for piece in self._likely.get(file, ()) if piece is not killer]
            self._likely[file] = [killer, *others][:LIKELY]

    def _in_fork(self, mutant: Mutant, pieces: Sequence[Piece]) -> tuple[str, float]:
        # Here, where what was parsed serves the next mutants too.
        source = source_of(SOURCES, mutant)
        importers_of(module_of(mutant.file))
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            try:
                noticed = self._mutated(
                    mutant.file, source, pieces, lambda line: os.write(writing, f"{line}\n".encode())
                )
                os.write(writing, json.dumps({"noticed": noticed}).encode() + b"\n")
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            lines = _lines_until_end(pid, pipe.fileno())
        _, status, used = os.wait4(pid, 0)
        seconds = used.ru_utime + used.ru_stime
        last = lines[-1] if lines else ""
        if last.startswith("{"):
            return json.loads(last)["noticed"], seconds
        code = os.waitstatus_to_exitcode(status)
        how = "does not end" if -code in (signal.SIGPROF, signal.SIGKILL) else f"ends its process ({code})"
        return f"{last or 'importing'}: {how}", seconds

    def _mutated(self, file: str, source: str, pieces: Sequence[Piece], tell: Callable[[str], object]) -> str:
        """In the fork: put the mutant in place and go through the pieces."""
        size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, resource.RLIM_INFINITY))
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, 1)
        os.dup2(devnull, 2)
        self._limit(0.0)
        try:
            put(file, source)
            package = importlib.import_module("impls")
            importlib.import_module("impls.testing")
            discovery = importlib.import_module("impls.spec.discovery")
        except Exception as error:
            return f"importing: {type(error).__name__}"
        return self.noticed(pieces, package, discovery, tell)

    def _limit(self, seconds: float) -> None:
        signal.setitimer(signal.ITIMER_PROF, TIMES_LONGER * seconds + self._patience)

    def noticed(
        self,
        pieces: Sequence[Piece],
        package: ModuleType,
        discovery: ModuleType,
        tell: Callable[[str], object] = lambda _: None,
    ) -> str:
        """What notices first that the code in place is not sound; nothing where it survives."""
        subjects: dict[tuple[str, str], Any] = {}  # what one stage has built and compiled serves the next
        for piece in pieces:
            tell(_name(piece))
            self._limit(piece.seconds)
            try:
                if departure := self._departure(piece, package, discovery, subjects):
                    return f"{_name(piece)}: {departure}"
            except Exception as error:
                return f"{_name(piece)}: {type(error).__name__}"
        return ""

    def _departure(
        self,
        piece: Piece,
        package: ModuleType,
        discovery: ModuleType,
        subjects: dict[tuple[str, str], Any],
    ) -> str:
        case = cases(self.implementation)[piece.case]
        place = piece.case, piece.dtype
        if piece.stage.startswith(CHECK):
            check = next(each for each in package.testing.CHECKS if each.name == piece.stage.removeprefix(CHECK))
            check(self._subject(case, piece.dtype, package, discovery))
            return ""
        if place not in subjects:
            subjects[place] = self._subject(case, piece.dtype, package, discovery)
        left = package.testing.measured_stage(subjects[place], package.testing.STAGES[piece.stage])
        return departure_of(self.implementation, case, piece.dtype, piece.stage, left, self._folder)

    def _subject(self, case: Any, dtype: str, package: ModuleType, discovery: ModuleType) -> Any:
        """The case made of the classes that are in place now."""
        architecture = discovery.architectures()[case.architecture.name](**vars(case.architecture))
        training = package.Training(**vars(case.training))
        copied = package.testing.Case(**vars(case) | {"architecture": architecture, "training": training})
        return package.testing.Subject(build_function(self.implementation, package), copied, "cpu", dtype)


def _name(piece: Piece) -> str:
    return f"{piece.case}, {piece.dtype}: {piece.stage}"


def _lines_until_end(pid: int, pipe: int) -> list[str]:
    """What the fork says; it is killed where it does nothing any more."""
    content, before, idle = b"", -1, 0
    while True:
        if select.select([pipe], [], [], LOOK_S)[0]:
            part = os.read(pipe, 65536)
            if not part:
                return content.decode().splitlines()
            content, idle = content + part, 0
            continue
        used = sum(map(int, Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]))
        idle = idle + 1 if used == before else 0
        before = used
        if idle >= LOOKS:
            os.kill(pid, signal.SIGKILL)


def main(arguments: Sequence[str]) -> int:
    """Judge every mutant of the request."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.worker", description=__doc__)
    parser.add_argument("implementation")
    parser.add_argument("folder", type=Path)
    parser.add_argument("request", type=Path)
    parser.add_argument("--budget", type=float)
    parser.add_argument("--until", type=float, default=float("inf"))
    options = parser.parse_args(arguments)
    judge = Judge(options.implementation, options.folder, options.budget)
    for line in options.request.read_text(encoding="utf-8").splitlines():
        if time.time() > options.until:
            break
        print(json.dumps(judge.verdict(Mutant(**json.loads(line)))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
