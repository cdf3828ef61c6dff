"""A measurement during which the machine was busy elsewhere is noticed."""

from collections import namedtuple
from types import SimpleNamespace

import pytest

from benchmarks.measure import disturbance
from benchmarks.measure.disturbance import Watch

Times = namedtuple("Times", "user system idle iowait steal")


class Machine:
    """Counters that go as a test sets them, in place of psutil's and the clock's."""

    def __init__(self) -> None:
        self.seconds = self.own = 0.0
        self.switches = 0
        self.times = Times(0, 0, 0, 0, 0)

    def perf_counter(self) -> float:
        return self.seconds

    def cpu_times(self) -> Times:
        return self.times

    def Process(self) -> SimpleNamespace:  # noqa: N802  # psutil's name
        return SimpleNamespace(
            cpu_times=lambda: SimpleNamespace(user=self.own, system=0.0),
            num_ctx_switches=lambda: SimpleNamespace(involuntary=self.switches),
        )


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    stand_in = Machine()
    monkeypatch.setattr(disturbance, "psutil", stand_in)
    monkeypatch.setattr(disturbance, "time", stand_in)
    return stand_in


@pytest.mark.parametrize(
    ("user", "steal", "switches", "disturbed"),
    [
        (1.0, 0.0, 0, False),  # one second of work, all of it ours
        (1.2, 0.0, 0, False),  # a little of others
        (1.3, 0.0, 0, True),  # a third of a processor used by others
        (1.0, 0.01, 0, False),
        (1.0, 0.03, 0, True),  # the hypervisor took time
        (1.0, 0.0, 150, False),
        (1.0, 0.0, 250, True),  # we were pushed aside often
    ],
)
def test_what_others_took_decides(machine: Machine, user: float, steal: float, switches: int, disturbed: bool) -> None:
    watch = Watch()
    machine.seconds, machine.own, machine.switches = 1.0, 1.0, switches
    machine.times = Times(user, 0.0, 2.0 - user, 0.5, steal)
    watch.pause()
    # What happens while others have their turn is none of it.
    machine.seconds, machine.own, machine.switches = 7.0, 1.0, switches + 5000
    machine.times = Times(user + 6.0, 0.0, 8.0 - user, 0.5, steal + 1.0)
    watch.go_on()
    watch.pause()
    seen = watch.disturbance()
    assert seen.disturbed is disturbed
    assert seen.other_share == pytest.approx(user - 1.0)
    assert seen.steal_share == pytest.approx(steal)
    assert seen.involuntary_switches_per_s == switches
