"""The gate: two commits built, measured in turns for as long as the decision needs, and one verdict."""

import hashlib
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.environment import PACKAGES, machine, plugin_digest
from benchmarks.gate import trees
from benchmarks.gate.cells import GateFile
from benchmarks.gate.environments import differing_pins, pins_of, python_with, requirements_of, versions_in
from benchmarks.gate.launches import PROBE, LaunchError, Pair, Side, Sides, measure_pair
from benchmarks.gate.pytest_suite import SUITE, measure_suite_pair
from benchmarks.gate.quality import judge_quality
from benchmarks.gate.sequential import Decision, Effort, decide
from benchmarks.gate.store import PAIRS, Header, StoredSource, claim_store, open_store, write_verdict
from impls.engines import implementations
from impls.plugins import plugins
from report.comparing.stored_runs import fact, not_judged
from report.comparing.verdicts import FINE, NOT_JUDGED, REGRESSION, Comparison, Figure, Limits, Verdict

#: What a gate calls a difference: as `threefold compare`, but its intervals are short enough to exclude 5 %.
LIMITS = Limits(tolerance=0.05)


@dataclass(frozen=True)
class Gate:
    """What is asked: which commits, by what measure, with how much effort."""

    repository: Path
    file: GateFile
    #: References as the user gave them.
    baseline: str
    candidate: str
    #: Keeps pairs and verdict.
    folder: Path
    limits: Limits = LIMITS
    effort: Effort = field(default_factory=Effort)
    threads: int = 1
    #: A change of the mathematics is meant; accuracy alone decides.
    allow_new_mathematics: bool = False
    #: Forget what earlier calls measured of the same two commits.
    fresh: bool = False
    tell: Callable[[str], None] = field(default=lambda _: None)


def run_gate(gate: Gate) -> Comparison:
    """Judge the candidate. The same call again goes on with the pairs that are stored.

    Raises:
        TreeError: a reference names no commit, or git fails.
        PreparationError: an environment cannot be made.
        RunFolderError: the folder is somebody else's.
    """
    commits = [trees.resolve(gate.repository, reference) for reference in (gate.baseline, gate.candidate)]
    pins = [_pins(gate, commit) for commit in commits]
    other_pins = differing_pins(*pins)
    changed = trees.changed_code(gate.repository, commits[0], commits[1], gate.file.sources)
    labels = tuple(
        f"{name} ({commit[:12]})" for name, commit in zip((gate.baseline, gate.candidate), commits, strict=True)
    )
    if not changed and not other_pins:
        sources = ", ".join(gate.file.sources)
        summary = f"Unchanged: the code of {sources} and the pinned versions are the baseline's; nothing was measured."
        comparison = _comparison(gate, labels, [], [], FINE, summary)
        open_store(gate.folder, header_of(gate, commits, [Path(sys.executable)] * 2), gate.fresh)
        write_verdict(gate.folder, comparison)
        return comparison
    claim_store(gate.folder)  # before anything is installed into it
    pythons = [
        python_with(requirements_of(own, other_pins), gate.folder / "environments")
        if other_pins
        else Path(sys.executable)
        for own in pins
    ]
    header = header_of(gate, commits, pythons)
    stored = open_store(gate.folder, header, gate.fresh)
    with trees.checked_out(gate.repository, *commits) as folders:
        both = [
            Side(tree, python, gate.file.python_path, repository=gate.repository)
            for tree, python in zip(folders, pythons, strict=True)
        ]
        comparison = judge_sides(gate, Sides(both[0], both[1], gate.threads), labels, stored, _notes(header, changed))
    write_verdict(gate.folder, comparison)
    return comparison


def judge_sides(
    gate: Gate, sides: Sides, labels: tuple[str, ...], stored: Sequence[Pair], notes: Sequence[str]
) -> Comparison:
    """Trajectories and accuracy, then times and memory of what runs on both sides."""
    gate.tell("training trajectories")
    figures, sound = judge_quality(gate.file.cell, sides, gate.limits, gate.allow_new_mathematics)
    names = [*sound, *([SUITE] if gate.file.pytest else [])]
    source = StoredSource(_measure(gate.file, sides), stored, gate.folder / PAIRS, gate.tell)
    decision = decide(names, source, gate.limits, gate.effort)
    figures += decision.figures
    figures += [_given_up(cell, error) for cell, error in source.failed.items()]
    figures += [not_judged(name, "the candidate does not have it") for name in sorted(source.missing)]
    exit_code, summary = conclude_gate(figures, decision, commits=labels[0] != gate.baseline)
    return _comparison(gate, labels, figures, notes, exit_code, summary)


def conclude_gate(figures: Sequence[Figure], decision: Decision, commits: bool = True) -> tuple[int, str]:
    """Exit code and sentence: one uncertain figure is enough for "could not judge".

    Args:
        figures: all of them, judged.
        decision: how those of times and memory were reached.
        commits: the sides are commits, of which the better one can become the baseline.
    """
    counts = {verdict: sum(figure.verdict is verdict for figure in figures) for verdict in Verdict}
    counted = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    effort = f"{decision.rounds} rounds"
    if decision.confirming_rounds:
        effort += f" and {decision.confirming_rounds} to confirm"
    effort += f" in {decision.seconds:.0f} s"
    if counts[Verdict.WORSE]:
        first = next(figure for figure in figures if figure.verdict is Verdict.WORSE)
        return REGRESSION, f"Regression: {first.name}{_how_much(first)} ({counted}; {effort})."
    if not figures:
        return NOT_JUDGED, "Could not judge: nothing could be measured on both sides."
    if counts[Verdict.UNCERTAIN]:
        first = next(figure for figure in figures if figure.verdict is Verdict.UNCERTAIN)
        return NOT_JUDGED, f"Could not judge: {first.name}, {first.reason} ({counted}; {effort})."
    better = "; 'threefold gate --accept' makes it the baseline" if counts[Verdict.BETTER] and commits else ""
    return FINE, f"No regression: {counted}{better} ({effort})."


def _how_much(worse: Figure) -> str:
    if worse.reason:
        return f": {worse.reason}"
    if worse.effect is None:
        return ""
    # A metric's effect is a difference in its own unit, any other's a ratio.
    return f" by {worse.effect:+.4f}" if worse.quantity == "accuracy" else f" by {abs(worse.effect - 1):.1%}"


def _measure(file: GateFile, sides: Sides) -> Callable[[str, str], Pair]:
    cells = {cell.name: cell for cell in file.cell}
    generator = random.SystemRandom()

    def measure(stage: str, cell: str) -> Pair:
        if cell == SUITE:
            return measure_suite_pair(file.pytest, sides, stage, generator)
        return measure_pair(cells[cell], sides, stage, generator)

    return measure


def _given_up(cell: str, error: LaunchError) -> Figure:
    """A cell whose launches failed twice in a row after its trajectory was recorded, or whose suite does not run.

    A candidate that ends or says why it cannot is a regression; one without an answer in time may have met a busy
    machine.
    """
    name, reason = f"cell {cell}", f"{error.side}: {error.reason}"
    if error.side == "candidate" and not error.timed_out:
        return fact(name, "cell", False, reason)
    return not_judged(name, reason)


def _pins(gate: Gate, commit: str) -> dict[str, str]:
    return pins_of(trees.file_at(gate.repository, commit, gate.file.pins)) if gate.file.pins else {}


def header_of(gate: Gate, commits: Sequence[str], pythons: Sequence[Path]) -> Header:
    """What the pairs of this gate belong to."""
    packages = [*PACKAGES, *(package for each in implementations().values() for package in each.requires)]
    measured = gate.file.model_dump_json() + PROBE.read_text(encoding="utf-8")
    # Those that lie in the repository belong to its commits.
    others = (each for each in plugins() if each.path is None or not each.path.is_relative_to(gate.repository))
    measured += "".join(f"{each.name} {plugin_digest(each)}" for each in others)
    return Header(
        baseline=commits[0],
        candidate=commits[1],
        candidate_reference=gate.candidate,
        baseline_versions=versions_in(pythons[0], packages),
        candidate_versions=versions_in(pythons[1], packages),
        machine=json.dumps(machine().model_dump(), sort_keys=True),
        threads=gate.threads,
        measured=hashlib.sha256(measured.encode()).hexdigest()[:16],
    )


def version_notes(header: Header) -> list[str]:
    """One line for each package whose version differs between the two sides."""
    old, new = header.baseline_versions, header.candidate_versions
    return [
        f"{name}: {old.get(name, 'none')} in the baseline, {new.get(name, 'none')} in the candidate"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _notes(header: Header, changed: Sequence[str]) -> list[str]:
    notes = version_notes(header)
    if changed:
        more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
        notes.append(f"changed code: {', '.join(changed[:5])}{more}")
    return notes


def _comparison(
    gate: Gate, labels: Sequence[str], figures: Sequence[Figure], notes: Sequence[str], exit_code: int, summary: str
) -> Comparison:
    return Comparison.model_validate(
        {
            "baseline": labels[0],
            "candidate": labels[1],
            "limits": gate.limits,
            "differences": (),
            "missing": (),
            "added": (),
            "notes": tuple(notes),
            "figures": tuple(figures),
            "exit_code": exit_code,
            "summary": summary,
        }
    )
