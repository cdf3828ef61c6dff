"""The errors that users of `impls` meet, each with one line saying what, where and what to do."""


class ThreefoldError(Exception):
    """Something the user can put right: the message is one line and says how."""


class ArchitectureError(ThreefoldError):
    """An architecture's sizes or settings make no network."""


class TrainingError(ThreefoldError):
    """A training recipe's settings are out of range or unknown."""


class ImplementationError(ThreefoldError):
    """An implementation is unknown, or what it needs is not installed."""


class DeviceError(ThreefoldError):
    """The device is unknown, absent, or not served by the implementation."""


class ParameterError(ThreefoldError):
    """Parameters have unknown or missing names, or wrong shapes."""


class BatchError(ThreefoldError):
    """A batch's arrays have shapes or types that the network cannot take."""


class DecodingError(ThreefoldError):
    """A network cannot generate sequences, or not as asked."""
