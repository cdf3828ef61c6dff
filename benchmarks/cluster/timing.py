"""The workers that offer to time: each with one thread and the resource `timing`, which one task at a time may have."""

from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.cluster.errors import ClusterError, WorkerError
from benchmarks.environment import machine
from benchmarks.records.results import Machine
from impls.plugins import reason

if TYPE_CHECKING:
    from distributed import Client

#: What such a worker offers: `dask worker ADDRESS --nthreads 1 --resources timing=1`.
TIMING = "timing"


class TimingWorker(NamedTuple):
    """A worker that offers to time."""

    address: str
    name: str
    machine: Machine


class TimingWorkers:
    """The workers of a cluster, and those among them that offer to time.

    Args:
        client: of the cluster.
    """

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._machines: dict[str, Machine] = {}

    def all(self) -> dict[str, Any]:
        """What the scheduler says of each worker, by address.

        Raises:
            ClusterError: it does not answer.
        """
        try:
            return dict(self._client.scheduler_info()["workers"])
        except (OSError, TimeoutError) as error:
            raise ClusterError(
                f"Dask's scheduler is lost ({type(error).__name__}); finished cells are kept: start it, and give the "
                "same command again"
            ) from None

    def first(self) -> TimingWorker | None:
        """The first that offers to time, by name.

        Raises:
            ClusterError: one has more than one thread, so that it would do other things meanwhile.
        """
        offering = self._offering()
        return min(offering, key=lambda each: each.name) if offering else None

    def like(self, wanted: Machine, preferred: str | None) -> TimingWorker | None:
        """One on a machine of this kind; the preferred one, by its address, as long as it is there."""
        offering = [each for each in self._offering() if each.machine == wanted]
        return min(offering, key=lambda each: (each.address != preferred, each.name)) if offering else None

    def _offering(self) -> list[TimingWorker]:
        offering = []
        for address, facts in self.all().items():
            if facts.get("resources", {}).get(TIMING, 0) < 1:
                continue
            name = str(facts.get("name", address))
            if facts["nthreads"] != 1:
                raise ClusterError(
                    f"worker {name!r} offers {TIMING!r} with {facts['nthreads']} threads, beside other work: start it "
                    f"with --nthreads 1 --resources {TIMING}=1"
                )
            offering.append(TimingWorker(address, name, self._machine_of(address, name)))
        return offering

    def _machine_of(self, address: str, name: str) -> Machine:
        if address not in self._machines:
            try:
                self._machines.update(self._client.run(machine, workers=[address]))
            except OSError as error:
                raise ClusterError(
                    f"worker {name!r} that offers {TIMING!r} does not answer ({reason(error)})"
                ) from None
            except Exception as error:
                raise WorkerError(f"worker {name!r} cannot work ({reason(error)}); put that right there") from None
        return self._machines[address]
