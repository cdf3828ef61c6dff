"""What a self-test comes out as: rates of whole verdicts, faults, and how repeated gates agree with resampled ones."""

import textwrap
from collections.abc import Mapping
from typing import Literal

from benchmarks.records.cells import Frozen
from benchmarks.records.results import Machine
from report.comparing.verdicts import Limits
from report.text.formatting import counted

#: Resampled and repeated verdicts disagree where a test of their being alike gives a p below this.
DISAGREEMENT = 0.01
#: Whose versions are named beside the rates.
PACKAGES = ("python", "numpy", "torch", "tensorflow", "keras")


class Rate(Frozen):
    """How often a kind of whole verdict calls something worse."""

    name: str
    verdicts: int
    worse: int
    not_judged: int
    #: 95 % interval of the share that is called worse (Clopper & Pearson 1934), given the pairs: verdicts that are
    #: resampled share them.
    low: float
    high: float
    #: The share has to be at most, or at least, this.
    bound: float
    at_most: bool
    #: Seconds and rounds of a median verdict.
    seconds: float
    rounds: float

    @property
    def holds(self) -> bool:
        """Whether the share of these verdicts keeps the bound."""
        share = self.worse / self.verdicts
        return share <= self.bound if self.at_most else share >= self.bound


class Agreement(Frozen):
    """Repeated gates beside resampled ones: p of tests that they are alike."""

    outcomes_p: float
    rounds_p: float
    effects_p: float

    @property
    def holds(self) -> bool:
        """Whether no test shows a significant difference."""
        return min(self.outcomes_p, self.rounds_p, self.effects_p) >= DISAGREEMENT


class SelfTest(Frozen):
    """All that a self-test found, on which machine."""

    schema_version: Literal[1] = 1
    commit: str
    machine: Machine
    versions: Mapping[str, str]
    threads: int
    limits: Limits
    #: Rounds that each series has at least, from which verdicts are resampled; how many verdicts of each kind, of at
    #: most these seconds.
    rounds: int
    comparisons: int
    time_limit_s: float
    rates: tuple[Rate, ...]
    #: Fault and cell -> whether it was named as a change of the mathematics.
    faults: Mapping[str, bool]
    agreement: Agreement | None

    @property
    def holds(self) -> bool:
        """Whether everything keeps its bound."""
        agreed = self.agreement is None or self.agreement.holds
        return all(rate.holds for rate in self.rates) and all(self.faults.values()) and agreed


def as_table(result: SelfTest) -> list[str]:
    """Markdown lines: the rates, the faults, the agreement."""
    lines = ["| Whole verdicts | Number | Called worse | 95 % interval | Has to be | Could not judge | Median |"]
    lines.append("|---|---|---|---|---|---|---|")
    for rate in result.rates:
        sign = "at most" if rate.at_most else "at least"
        lines.append(
            f"| {rate.name} | {rate.verdicts} | {rate.worse / rate.verdicts:.1%} | {rate.low:.1%} to {rate.high:.1%} | "
            f"{sign} {rate.bound:.0%}{'' if rate.holds else ' (missed)'} | {rate.not_judged / rate.verdicts:.1%} | "
            f"{rate.rounds:g} rounds, {rate.seconds:.0f} s |"
        )
    caught = sum(result.faults.values())
    lines += ["", f"Faults of the mathematics found: {caught} of {len(result.faults)}."]
    lines += [f"- not found: {name}" for name, is_found in result.faults.items() if not is_found]
    if result.agreement:
        each = result.agreement
        lines.append(
            f"Repeated against resampled gates, p of being alike: outcomes {each.outcomes_p:.2g}, "
            f"rounds {each.rounds_p:.2g}, effects {each.effects_p:.2g}."
        )
        if not each.holds:
            lines.append(
                "They differ: the machine was quieter, or busier, during the series than during repeated gates. The "
                "resampled shares hold for the series' conditions alone."
            )
    return lines


def as_markdown(result: SelfTest) -> str:
    """Where and how it was measured, and the table."""
    machine = result.machine
    packages = ", ".join(f"{name} {result.versions[name]}" for name in PACKAGES if name in result.versions)
    series = f"{counted(result.rounds, 'round')} or more of each series, " if result.rounds else ""
    caption = (
        f"Measured on {machine.processor}, {counted(machine.cores, 'core')}, {counted(result.threads, 'thread')} used, "
        f"{machine.system}, {packages}; commit {result.commit[:12]}; {series}at most "
        f"{result.time_limit_s:g} s for a verdict's screening, and for its confirmation."
    )
    return "\n".join([*textwrap.wrap(caption, 120), "", *as_table(result)])
