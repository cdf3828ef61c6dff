"""A PyTorch network as a `Model`: steps, parameters, device."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias, cast

import numpy as np
import torch
from torch import Tensor, nn

from impls.engines import Implementation
from impls.engines.decoding import Decoding, DecodingNetwork
from impls.engines.in_torch.arithmetic import context_of_forward, context_of_passes
from impls.engines.in_torch.captured_steps import CapturedSteps
from impls.engines.in_torch.compiling import compile_parts, compile_whole, compiles_whole, mark_batch, require_compiler
from impls.engines.in_torch.cuda_graphs import find_calls
from impls.engines.in_torch.decoding import TorchDecoder
from impls.engines.in_torch.devices import device_peak_bytes, find_device, let_go, set_threads
from impls.engines.in_torch.layers.dropout import Dropout
from impls.engines.in_torch.layers.positions import Positions
from impls.engines.in_torch.layers.recurrent import RecurrentLayer
from impls.engines.in_torch.losses import loss_function
from impls.engines.in_torch.modes import in_own_modes
from impls.engines.in_torch.optimizers import Update
from impls.engines.in_torch.parameters import load_arrays, shown_array, stored_parameters
from impls.engines.state import Copyable, open_state, seal_state
from impls.engines.validation import (
    check_batch,
    check_batch_size,
    check_batches,
    check_inputs,
    check_masks,
    check_parameters,
    counted_targets,
)
from impls.protocol import Array, Batch, Masks, Parameters
from impls.spec.architecture import Architecture
from impls.training import Training

__all__ = ["build_model", "device_peak_bytes", "let_go", "set_threads"]

#: The implementations that are not eager, by name.
COMPILED, CAPTURED = "torch+compile", "torch+graph"

#: An architecture's module.
NetworkClass: TypeAlias = Callable[[Architecture], nn.Module]


@in_own_modes
def build_model(
    implementation: Implementation,
    architecture: Architecture,
    network: NetworkClass,
    training: Training,
    device: str,
    dtype: str,
    seed: int,
) -> "TorchModel":
    """A model whose parameters are still to be loaded.

    Raises:
        DeviceError: the device is not there.
        ImplementationError: the implementation compiles, and there is no compiler.
    """
    place = find_device(device)
    if implementation.name == COMPILED:
        require_compiler()
    # Built without memory, the layers draw no starting weights: load_parameters brings those.
    with torch.device("meta"):
        module = network(architecture)
    module = module.to(getattr(torch, dtype)).to_empty(device=place)
    for layer in module.modules():
        if isinstance(layer, Positions | RecurrentLayer):
            layer.fill_constants()
    model = TorchModel(implementation, architecture, module, training, dtype, seed)
    return model.made_by(build_model, implementation, architecture, network, training, device, dtype, seed)


class TorchModel(Copyable, Decoding):
    """`impls.protocol.Model` in PyTorch: eager, compiled by TorchInductor, or captured as CUDA graphs.

    Eager ones may take products in coarser arithmetic: see `impls.engines.in_torch.arithmetic`.
    """

    def __init__(
        self,
        implementation: Implementation,
        architecture: Architecture,
        network: nn.Module,
        training: Training,
        dtype: str,
        seed: int,
    ) -> None:
        self.architecture = architecture
        self.implementation = implementation.name
        self.training = training
        self.dtype = dtype
        self.seed = seed
        self.network = network
        self.torch_dtype: torch.dtype = getattr(torch, dtype)
        self.place = next(network.parameters()).device
        self.device = self.place.type
        self.stored = stored_parameters(architecture, network)
        self.trainable = {name: self.stored[name] for name, spec in architecture.parameters().items() if spec.trainable}
        self.trained = [tensor for stored in self.trainable.values() for tensor in stored.tensors]
        self.mask_shapes = architecture.dropouts()
        self.dropouts = {name: layer for name, layer in network.named_children() if isinstance(layer, Dropout)}
        self.generator = torch.Generator(self.place).manual_seed(seed)
        self.forward_context = context_of_forward(implementation.arithmetic, self.device)
        self.context = context_of_passes(implementation.arithmetic)
        #: Whether operations choose a precision of their own.
        self.autocasts = implementation.arithmetic == "bf16"
        self.is_captured, is_compiled = (implementation.name == name for name in (CAPTURED, COMPILED))
        self.update = Update(training, self.trained, self.is_captured)
        self.compare = loss_function(architecture, training)
        self.marks_batches = is_compiled and compiles_whole(network)
        self.outputs, self.loss = self._outputs, self._loss
        #: On a GPU, what is compiled gives its results in memory that its next call writes to.
        self.reuses_results = is_compiled and self.device == "cuda"
        if is_compiled:
            compile_function = compile_whole if self.marks_batches else compile_parts
            self.outputs, self.loss = (compile_function(each, self.device) for each in (self._outputs, self._loss))
        for layer in network.modules():
            if isinstance(layer, RecurrentLayer):
                layer.may_wait = not self.is_captured
                layer.keeps_dtype = self.autocasts and self.device == "cpu"
        if self.is_captured:
            self.captured_steps = CapturedSteps(find_calls(), self.place, self._update_by, self._moving, self.generator)

    def parameters(self) -> Parameters:
        return {name: stored.to_array() for name, stored in self.stored.items()}

    def load_parameters(self, parameters: Mapping[str, Array]) -> None:
        self._start_from(check_parameters(self.architecture, parameters, self.dtype))

    @in_own_modes
    def _start_from(self, checked: Parameters) -> None:
        load_arrays(self.stored, checked)
        if self.is_captured:
            self.update.forget()
        else:
            self.update = Update(self.training, self.trained)
        self.generator.manual_seed(self.seed)

    def training_state(self) -> dict[str, Array]:
        generator = self.generator.get_state().numpy().copy()
        return seal_state(self, self.parameters(), self.update.memory() | {"generator": generator})

    @in_own_modes
    def resume(self, state: Mapping[str, Array]) -> None:
        parameters, others = open_state(self, state)
        self._start_from(check_parameters(self.architecture, parameters, self.dtype, diverged=True))
        self.update.remember(others)
        if self.is_captured:
            self.captured_steps.discard()
        self.generator.set_state(torch.tensor(others["generator"]))

    @in_own_modes
    def train_step(self, batch: Batch) -> float:
        with self.context():
            return self._step(check_batch(self.architecture, self.training, batch, self.dtype)).item()

    @in_own_modes
    def train_epoch(self, batches: Sequence[Batch]) -> float:
        checked = check_batches(self.architecture, self.training, batches, self.dtype)
        # The losses stay where they are until the end: reading one would wait for the device.
        with self.context():
            losses = torch.stack([self._step(batch) for batch in checked])
        counts = [counted_targets(self.architecture, self.training, batch) for batch in checked]
        with np.errstate(all="ignore"):
            return float(np.average(losses.cpu().numpy(), weights=counts))

    @in_own_modes
    def loss_and_gradients(
        self, batch: Batch, masks: Masks | Literal["draw"] | None = None
    ) -> tuple[float, Parameters]:
        checked = check_batch(self.architecture, self.training, batch, self.dtype)
        examples = len(checked.inputs)
        with self._unchanged(), self.context():
            if masks == "draw":
                self._draw_masks(examples)
            elif masks is None:
                self._use_masks({})
            else:
                self._use_masks(check_masks(self.architecture, masks, examples, self.dtype))
            loss = self._training_loss(*map(self._tensor, checked))
            gradients = iter(torch.autograd.grad(loss, self.trained))
        return loss.item(), {
            name: stored.to_array([next(gradients) for _ in stored.tensors]) for name, stored in self.trainable.items()
        }

    @in_own_modes
    @torch.inference_mode()
    def predict(self, inputs: Array, batch_size: int | None = None) -> Array:
        checked = check_inputs(self.architecture, inputs, self.dtype)
        size = check_batch_size(batch_size, len(checked))
        self._prepare_prediction()
        parts = np.split(checked, range(size, len(checked), size))
        with self.context():
            outputs = [self._kept(self.outputs(self._tensor(part))) for part in parts]
        return torch.cat(outputs).cpu().numpy()

    @in_own_modes
    @torch.no_grad()
    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        checked = check_inputs(self.architecture, inputs, self.dtype)
        outputs: dict[str, Array] = {}

        def keep(name: str) -> Callable[..., None]:
            def hook(layer: nn.Module, given: tuple[Tensor, ...], output: Any) -> None:
                outputs[name] = shown_array(_shown(layer, given, output).to(self.torch_dtype))

            return hook

        hooks = [
            layer.register_forward_hook(keep(name))
            for name, layer in self.network.named_children()
            if not isinstance(layer, Dropout | nn.Identity)
        ]
        with self._unchanged(), self.context(), self.forward_context():
            self._use_masks({})
            self.network.train(training)
            self.network(self._tensor(checked))
        for hook in hooks:
            hook.remove()
        return outputs

    def synchronize(self) -> None:
        if self.place.type == "cuda":
            torch.cuda.synchronize(self.place)

    def _make_decoder(self, sources: Array) -> TorchDecoder:
        return TorchDecoder(cast(DecodingNetwork, self.network), sources, self._decoding, self.torch_dtype, self.place)

    @contextmanager
    def _decoding(self) -> Iterator[None]:
        """The network as it predicts, in the model's arithmetic; it may have trained since it was last used."""
        self._prepare_prediction()
        with self.context(), self.forward_context():
            yield

    def _prepare_prediction(self) -> None:
        self._use_masks({})
        self.network.eval()

    def _step(self, batch: Batch) -> Tensor:
        """One update; the loss before it, still on the device."""
        if self.is_captured:
            return self.captured_steps(batch)
        return self._update_by(self._tensor(batch.inputs), self._tensor(batch.targets))

    def _update_by(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """One update by a batch on the device."""
        self._draw_masks(len(inputs))
        loss = self._training_loss(inputs, targets)
        torch.autograd.backward(loss)
        self.update.step()
        return self._kept(loss.detach())

    def _moving(self) -> list[Tensor]:
        """Everything that an update changes: parameters, moving statistics, the optimizer's slots."""
        return [*self.trained, *self.network.buffers(), *self.update.slots()]

    def _kept(self, result: Tensor) -> Tensor:
        return result.clone() if self.reuses_results else result

    def _training_loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        if self.reuses_results:
            torch.compiler.cudagraph_mark_step_begin()  # type: ignore[no-untyped-call]  # PyTorch leaves its types out
        if not self.network.training:
            self.network.train()
        return self.loss(inputs, targets)

    def _outputs(self, inputs: Tensor) -> Tensor:
        outputs: Tensor
        if not self.autocasts:
            outputs = self.network(inputs)
            return outputs
        with self.forward_context():
            outputs = self.network(inputs)
        # The loss is computed in full precision, on every device.
        return outputs.to(self.torch_dtype)

    def _loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        return self.compare(self._outputs(inputs), targets)

    def _tensor(self, array: Array) -> Tensor:
        """The array (examples, ...) as a tensor on the device; on the CPU it shares the array's memory."""
        # PyTorch has no read-only tensors and warns of arrays that are.
        tensor = torch.from_numpy(array if array.flags.writeable else array.copy())
        if self.device != "cpu":
            # From pinned memory the copy runs beside the host's work and the device's earlier kernels.
            tensor = tensor.pin_memory().to(self.place, non_blocking=True)
        return mark_batch(tensor) if self.marks_batches else tensor

    def _draw_masks(self, examples: int) -> None:
        for name, shape in self.mask_shapes.items():
            mask = torch.empty((examples, *shape), dtype=self.torch_dtype, device=self.place)
            self._set_mask(name, mask.bernoulli_(1 - self.dropouts[name].rate, generator=self.generator))

    def _use_masks(self, masks: Mapping[str, Array]) -> None:
        """Give each dropout layer its mask, or none where it is not named."""
        for name in self.dropouts:
            self._set_mask(name, self._tensor(masks[name]) if name in masks else None)

    def _set_mask(self, name: str, mask: Tensor | None) -> None:
        layer = self.dropouts[name]
        scaled = None if mask is None else mask / (1 - layer.rate)
        layer.scaled_mask = scaled if scaled is None or not self.marks_batches else mark_batch(scaled)

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """Put back afterwards what a training pass moves: the moving statistics and the dropout generator."""
        statistics = [buffer.clone() for buffer in self.network.buffers()]
        drawn = self.generator.get_state()
        try:
            yield
        finally:
            for buffer, before in zip(self.network.buffers(), statistics, strict=True):
                buffer.copy_(before)
            self.generator.set_state(drawn)


def _shown(layer: nn.Module, given: tuple[Tensor, ...], output: Any) -> Tensor:
    """What a look inside shows of a layer's output: of a recurrent layer the outputs, without its final state."""
    if isinstance(layer, RecurrentLayer):
        return layer.shown(output[0], given[1])
    shown: Tensor = output
    return shown
