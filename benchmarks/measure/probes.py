"""What a network's layers have learned, measured: a linear classifier on each layer's features."""

from typing import cast

import numpy as np

from benchmarks.records.results import LayerProbe
from benchmarks.tasks.split import Split
from impls import Array, Model, build
from impls.protocol import ShowsLayers

#: Layers with weights: what comes after one, up to the next, belongs to it.
_WEIGHTED = ("convolution_", "hidden_", "recurrent_", "embedding")
#: What the classifier is given when nothing has been learned: the network's own inputs.
INPUTS = "inputs"


def probe_layers(model: Model, split: Split) -> tuple[LayerProbe, ...]:
    """Accuracy on the test part of a logistic regression that was fitted on the training part, layer by layer.

    Features are standardized by the training part, so that the same penalty means the same in every layer. The layers
    are those of the NumPy implementation with the trained parameters, in inference mode (Alain & Bengio 2016,
    "Understanding intermediate layers using linear classifier probes").

    Args:
        model: trained, of a task of classes.
        split: with the inputs in the network's shape.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    twin = build(model.architecture, "numpy", model.training, dtype=model.dtype)
    twin.load_parameters(model.parameters())
    trained, tested = (features(twin, inputs) for inputs in (split.train_inputs, split.test_inputs))
    probes = []
    for layer, known in trained.items():
        classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
        classifier.fit(known, split.train_targets)
        accuracy = float(np.mean(classifier.predict(tested[layer]) == split.test_targets))
        probes.append(LayerProbe(layer=layer, features=known.shape[1], accuracy=accuracy))
    return tuple(probes)


def features(model: Model, inputs: Array) -> dict[str, Array]:
    """Of each layer with weights but the output layer, what the next one is given, a row an example; the inputs first.

    Args:
        model: that shows its layers.
        inputs: in the network's shape.
    """
    outputs: dict[str, Array] = {INPUTS: inputs}
    current = None
    for name, output in cast(ShowsLayers, model).layer_outputs(inputs).items():
        if name == "output":
            break
        if name.startswith(_WEIGHTED):
            current = name
        if current is not None:
            outputs[current] = output
    return {name: np.asarray(output).reshape(len(output), -1) for name, output in outputs.items()}
