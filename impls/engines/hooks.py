"""What an engine's module `engine` may have besides `build_model`: each hook is a protocol that callers look for."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class SetsThreads(Protocol):
    """An engine whose framework has threads of its own to fix."""

    def set_threads(self, threads: int, /) -> None:
        """Fix their number; called before the first operation of a measured process."""
        ...


@runtime_checkable
class KnowsDevicePeak(Protocol):
    """An engine whose framework knows the memory of a device."""

    def device_peak_bytes(self) -> int:
        """The device's memory in use at most, in bytes."""
        ...


@runtime_checkable
class LetsGo(Protocol):
    """An engine whose framework keeps something for a network: compiled code, names, the device's peak."""

    def let_go(self) -> bool:
        """Forget it, between two networks of a process; whether the device's peak begins anew too."""
        ...
