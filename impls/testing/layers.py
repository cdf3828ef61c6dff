"""Which layer departs first: where the reader of a failed certificate has to look."""

from impls.protocol import Array, ShowsLayers
from impls.testing.findings import Arrays, first_beyond, prefixed, relative_to_largest, under
from impls.testing.subject import Subject

EVALUATION, TRAINING = "evaluation", "training"


def outputs_of_layers(subject: Subject) -> dict[str, Array]:
    """Every layer's output by name, as in prediction and as in training; nothing where the model does not show them."""
    model = subject.conditioned_model()
    if not isinstance(model, ShowsLayers):
        return {}
    inputs = subject.batch.inputs
    return prefixed(EVALUATION, model.layer_outputs(inputs)) | prefixed(TRAINING, model.layer_outputs(inputs, True))


def first_departing_layer(reference: Arrays, candidate: Arrays, mode: str, bound: float) -> str:
    """In words: the first layer, in forward order, whose output departs; empty where none does or none was shown."""
    ours, theirs = under(candidate, mode), under(reference, mode)
    departures = {name: relative_to_largest(ours[name], theirs[name]) for name in theirs if name in ours}
    first = first_beyond(departures.items(), bound)
    if first is None:
        return ""
    agreeing = list(departures)[: list(departures).index(first)]
    before = f"{agreeing[-1]} before it agrees" if agreeing else "it is the first layer"
    return f"{first} departs first, by {departures[first]:.2g} of its largest output ({mode} mode; {before})"


def first_departing_gradient(departures: dict[str, float], bound: float) -> str:
    """In words: the first gradient, in backward order, that departs."""
    backward = list(reversed(departures.items()))
    first = first_beyond(backward, bound)
    if first is None:
        return ""
    agreeing = [name for name, departure in backward[: list(dict(backward)).index(first)] if departure <= bound]
    after = f"{agreeing[-1]}, reached before it, agrees" if agreeing else "it is the first that is reached"
    return f"going backward, {first} departs first, by {departures[first]:.2g} ({after})"
