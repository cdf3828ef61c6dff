"""The newcomer's implementation with one thing wrong at a time, and the check that has to notice."""

import dataclasses
from typing import ClassVar

import numpy as np

from impls import Batch
from impls.engines.state import PARAMETERS, SEAL, open_state, seal_state
from impls.engines.validation import CheckedBatches, check_parameters
from impls.errors import ArchitectureError, ParameterError
from tests.impls.testing.newcomer import EinsumModel


class LacksAMethod(EinsumModel):
    synchronize = None


class OtherRecipe(EinsumModel):
    def __init__(self, architecture, training, dtype, seed):
        super().__init__(architecture, dataclasses.replace(training, learning_rate=0.5), dtype, seed)


class IgnoresSeed(EinsumModel):
    def __init__(self, architecture, training, dtype, seed):
        super().__init__(architecture, training, dtype, 0)


class OwnOrder(EinsumModel):
    def parameters(self):
        return dict(reversed(super().parameters().items()))


class WrongDtype(EinsumModel):
    def parameters(self):
        return {name: array.astype("float64") for name, array in super().parameters().items()}


class HandsOutItsWeights(EinsumModel):
    def parameters(self):
        return dict(self.weights)


class KeepsTheGivenArrays(EinsumModel):
    def load_parameters(self, parameters):
        super().load_parameters(parameters)
        self.weights = check_parameters(self.architecture, parameters, self.dtype)


class ReusesItsOutputs(EinsumModel):
    def predict(self, inputs, batch_size=None):
        outputs = super().predict(inputs, batch_size)
        self.buffer = getattr(self, "buffer", outputs)
        self.buffer.resize(outputs.shape, refcheck=False)
        self.buffer[...] = outputs
        return self.buffer


class WritesIntoTheBatch(EinsumModel):
    def train_step(self, batch):
        inputs = batch[0] if batch[0].flags.writeable else batch[0].copy()
        inputs *= 1.5
        return super().train_step(Batch(inputs, batch[1]))


class DrawsFreely(EinsumModel):
    def train_step(self, batch):
        loss = super().train_step(batch)
        self.weights["output/bias"] += np.random.default_rng().standard_normal() * 1e-3
        return loss


class KeepsItsMoments(EinsumModel):
    def load_parameters(self, parameters):
        optimizer = getattr(self, "optimizer", None)
        super().load_parameters(parameters)
        self.optimizer = optimizer or self.optimizer


class LearnsByLooking(EinsumModel):
    def predict(self, inputs, batch_size=None):
        self.optimizer.steps += 1
        return super().predict(inputs, batch_size)


class StepsInLossAndGradients(EinsumModel):
    def loss_and_gradients(self, batch, masks=None):
        loss, gradients = super().loss_and_gradients(batch, masks)
        self.weights["output/bias"] -= 1e-3 * gradients["output/bias"]
        return loss, gradients


class SharesAnOptimizer(EinsumModel):
    shared: ClassVar[dict] = {}

    def load_parameters(self, parameters):
        super().load_parameters(parameters)
        self.optimizer = self.shared.setdefault((self.architecture, self.training, self.dtype), self.optimizer)
        self.optimizer.reset()


class DropsTheRemainder(EinsumModel):
    def train_epoch(self, batches):
        return super().train_epoch([batch for batch in batches if len(batch[0]) == len(batches[0][0])])


class AveragesOverBatches(EinsumModel):
    def train_epoch(self, batches):
        return float(np.mean([self.train_step(batch) for batch in batches])) if batches else super().train_epoch([])


class StopsAfterAHundred(EinsumModel):
    def train_epoch(self, batches):
        return super().train_epoch(batches[:100])


class NeedsTwoExamples(EinsumModel):
    def forward(self, inputs):
        outputs = super().forward(inputs)
        return [*outputs[:-1], outputs[-1] / (len(inputs) > 1)]


class DependsOnBatchSize(EinsumModel):
    def predict(self, inputs, batch_size=None):
        return super().predict(inputs, batch_size) * (1.0 if batch_size is None else 1.001)


class ComputesInFloat32(EinsumModel):
    def forward(self, inputs):
        return [output.astype("float32").astype(self.dtype) for output in super().forward(inputs)]


class LossAfterTheStep(EinsumModel):
    def train_step(self, batch):
        super().train_step(batch)
        return self.loss_and_gradients(batch)[0]


class TakesEmptyBatches(EinsumModel):
    def train_step(self, batch):
        return 0.0 if len(batch[0]) == 0 else super().train_step(batch)


class RaisesValueError(EinsumModel):
    def predict(self, inputs, batch_size=None):
        if inputs.shape[1:] != self.architecture.input_shape:
            raise ValueError("wrong")
        return super().predict(inputs, batch_size)


class IgnoresMasks(EinsumModel):
    def loss_and_gradients(self, batch, masks=None):
        return super().loss_and_gradients(batch)


class TakesUnknownParameters(EinsumModel):
    def load_parameters(self, parameters):
        known = {name: array for name, array in parameters.items() if name in self.architecture.parameters()}
        super().load_parameters(known)


class ChangesBeforeItChecks(EinsumModel):
    def load_parameters(self, parameters):
        if hasattr(self, "weights") and "output/bias" in parameters:
            self.weights["output/bias"] = np.resize(parameters["output/bias"], self.architecture.outputs)
        super().load_parameters(parameters)


class WritesThoughItCannot(EinsumModel):
    def decoder(self, sequences, sources=None):
        return None

    def generate(self, prompts, steps, temperature=0.0, seed=0):
        return np.zeros((len(prompts), steps), np.int64)

    def decode(self, sources, beams=1):
        return np.zeros_like(sources)


class LeavesOutABias(EinsumModel):
    def forward(self, inputs):
        outputs = super().forward(inputs)
        return [*outputs[:-1], outputs[-1] - self.weights["output/bias"]]


class DoublesTheDecay(EinsumModel):
    def train_step(self, batch):
        for array in self.weights.values():
            array *= 1 - self.training.learning_rate * self.training.decay
        return super().train_step(batch)


class Interruptible(EinsumModel):
    """Right as far as it goes: what is broken follows."""

    def training_state(self):
        return seal_state(self, self.parameters(), self.optimizer.memory())

    def resume(self, state):
        parameters, others = open_state(self, state)
        self.load_parameters(parameters)
        self.optimizer.remember(others)


class ForgetsItsMoments(Interruptible):
    def resume(self, state):
        self.load_parameters(open_state(self, state)[0])


class HandsOutItsMoments(Interruptible):
    def training_state(self):
        return super().training_state() | {"slots": self.optimizer._slots}


class TakesAnyState(Interruptible):
    def resume(self, state):
        super().resume(seal_state(self, *open_parts(state)))


class ResumesBeforeItChecks(Interruptible):
    def resume(self, state):
        self.weights = {name: np.zeros_like(array) for name, array in self.weights.items()}
        super().resume(state)


class StopsAtWhatDiverged(Interruptible):
    def resume(self, state):
        if not all(np.isfinite(array).all() for array in state.values()):
            raise ParameterError("the state is not finite")
        super().resume(state)


class DividesByTheNorm(EinsumModel):
    """Clips by largest / ‖g‖ and a minimum with 1, which is no number where there is no gradient."""

    def train_step(self, batch):
        loss, gradients = self.loss_and_gradients(batch)
        norm = np.sqrt(sum(np.square(array).sum() for array in gradients.values()))
        with np.errstate(all="ignore"):
            scaled = {name: array / norm * min(norm, 1.0) for name, array in gradients.items()}
        self.weights = {
            name: array - self.training.learning_rate * scaled[name] for name, array in self.weights.items()
        }
        return loss


def open_parts(state):
    parts = {True: {}, False: {}}
    for name, array in state.items():
        if name != SEAL:
            parts[name.startswith(PARAMETERS)][name.removeprefix(PARAMETERS)] = array
    return parts[True], parts[False]


class ShowsAnotherOutput(EinsumModel):
    def layer_outputs(self, inputs, training=False):
        return {"output": self.predict(inputs) + 1}


class AttendsWithoutASource(EinsumModel):
    def attention_weights(self, inputs):
        return np.ones((len(inputs), 1, 1))

    def hidden_gradients(self, batch):
        raise ArchitectureError("no steps")


class HasStepsWithoutASequence(EinsumModel):
    def attention_weights(self, inputs):
        raise ArchitectureError("no source")

    def hidden_gradients(self, batch):
        return np.ones(1)


class ShufflesAgain(EinsumModel):
    def train_epoch(self, batches):
        return super().train_epoch(batches[::-1] if isinstance(batches, CheckedBatches) else batches)


class TakesHalvesForSizes(EinsumModel):
    def predict(self, inputs, batch_size=None):
        return super().predict(inputs, int(batch_size) if isinstance(batch_size, float) else batch_size)


class TakesNegativeSeeds(EinsumModel):
    def __init__(self, architecture, training, dtype, seed):
        super().__init__(architecture, training, dtype, abs(seed) if isinstance(seed, int) else seed)


#: Model -> the name of the check that has to fail.
BROKEN = {
    LacksAMethod: "description",
    OtherRecipe: "description",
    IgnoresSeed: "starting weights",
    OwnOrder: "round trip",
    WrongDtype: "round trip",
    HandsOutItsWeights: "copies",
    KeepsTheGivenArrays: "copies",
    ReusesItsOutputs: "copies",
    WritesIntoTheBatch: "batch untouched",
    DrawsFreely: "determinism",
    KeepsItsMoments: "fresh start",
    ForgetsItsMoments: "resuming",
    HandsOutItsMoments: "resuming",
    TakesAnyState: "resuming",
    ResumesBeforeItChecks: "resuming",
    StopsAtWhatDiverged: "resuming",
    DividesByTheNorm: "nothing to learn",
    LearnsByLooking: "no change by looking",
    StepsInLossAndGradients: "no change by looking",
    SharesAnOptimizer: "independent models",
    DropsTheRemainder: "train_epoch",
    AveragesOverBatches: "train_epoch",
    StopsAfterAHundred: "train_epoch",
    NeedsTwoExamples: "batch of one",
    DependsOnBatchSize: "prediction in batches",
    ComputesInFloat32: "precision",
    LossAfterTheStep: "loss",
    TakesEmptyBatches: "wrong batches",
    RaisesValueError: "wrong batches",
    IgnoresMasks: "wrong masks",
    TakesUnknownParameters: "wrong parameters",
    ChangesBeforeItChecks: "wrong parameters",
    WritesThoughItCannot: "decoding",
    ShowsAnotherOutput: "layers",
    AttendsWithoutASource: "attention",
    HasStepsWithoutASequence: "gradients of steps",
    ShufflesAgain: "epoch of examples",
    TakesHalvesForSizes: "wrong batches",
    TakesNegativeSeeds: "starting weights",
    LeavesOutABias: "certificate",
    DoublesTheDecay: "certificate",
}
