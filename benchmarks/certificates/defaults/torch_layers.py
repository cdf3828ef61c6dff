"""PyTorch's side of the experiments on layers and losses: (as by default, as aligned) for every item."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 -- PyTorch's own name for it

from benchmarks.certificates.defaults.material import (
    FEATURES,
    HEADS,
    LENGTHS,
    UNITS,
    WIDTH,
    attention_kernels,
    normal,
    padded,
    recurrent,
    sequences,
)
from impls.protocol import Array

Sides = tuple[Array, Array]


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().numpy()
    return array


def _twice(array: Array) -> Sides:
    return array, array


def _gru() -> nn.GRU:
    layer = nn.GRU(FEATURES, UNITS, batch_first=True)
    _load(layer, *recurrent(3))
    return layer


def _load(layer: nn.GRU | nn.LSTM, kernel: Array, recurrent_kernel: Array, bias: Array) -> None:
    given = {"weight_ih_l0": kernel.T, "weight_hh_l0": recurrent_kernel.T, "bias_ih_l0": bias[0], "bias_hh_l0": bias[1]}
    layer.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in given.items()})


def _gru_outputs() -> Sides:
    return _twice(_array(_gru()(torch.from_numpy(sequences()))[0]))


def _trained_lstm(freeze: bool) -> Array:
    """The sum of the biases after some steps of SGD on the mean square of the outputs."""
    kernel, recurrent_kernel, bias = recurrent(4)
    layer = nn.LSTM(FEATURES, UNITS, batch_first=True)
    _load(layer, kernel, recurrent_kernel, np.stack([bias[0], np.zeros_like(bias[0])]))
    layer.get_parameter("bias_hh_l0").requires_grad_(not freeze)
    optimizer = torch.optim.SGD([each for each in layer.parameters() if each.requires_grad], lr=0.1)
    for _ in range(20):
        optimizer.zero_grad()
        layer(torch.from_numpy(sequences()))[0].square().mean().backward()
        optimizer.step()
    path: Array = _array(layer.get_parameter("bias_ih_l0") + layer.get_parameter("bias_hh_l0")) - bias[0]
    return path


def _starts(module: nn.Module, name: str) -> Sides:
    """What the layer starts from, and what both frameworks are given instead."""
    return _array(module.get_parameter(name)), normal("drawn once", 64)


def _singular_values() -> Sides:
    """An orthogonal matrix has nothing but ones."""
    weights = nn.GRU(FEATURES, 64).get_parameter("weight_hh_l0").detach()
    return _array(torch.linalg.svdvals(weights)), np.ones(64, "float32")


def _attention() -> Sides:
    kernels = attention_kernels()
    layer = nn.MultiheadAttention(WIDTH, HEADS, bias=False, batch_first=True)
    inputs = torch.from_numpy(normal("attended", 2, 6, WIDTH))
    outputs = []
    for packed in (kernels.reshape(3 * WIDTH, WIDTH), kernels.transpose(0, 2, 1).reshape(3 * WIDTH, WIDTH)):
        with torch.no_grad():
            layer.in_proj_weight.copy_(torch.from_numpy(packed.copy()))
            layer.out_proj.weight.copy_(torch.eye(WIDTH))
        outputs.append(_array(layer(inputs, inputs, inputs)[0]))
    return outputs[0], outputs[1]


def _padded_state() -> Sides:
    layer, inputs = _gru(), torch.from_numpy(padded())
    packed = nn.utils.rnn.pack_padded_sequence(inputs, torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False)
    return _array(layer(inputs)[1][0]), _array(layer(packed)[1][0])


def _recurrent_dropout() -> Sides:
    plain = _gru()
    inputs = torch.from_numpy(sequences())
    stacked = nn.GRU(FEATURES, UNITS, num_layers=1, dropout=0.5, batch_first=True).train()
    stacked.load_state_dict(plain.state_dict())
    return _array(stacked(inputs)[0]), _array(plain(inputs)[0])


def _dropout_masks() -> Sides:
    torch.manual_seed(0)
    kept = F.dropout(torch.ones(4096), 0.5, training=True) > 0
    return _array(kept), normal("mask", 4096) > 0


def _batch_normalization() -> Sides:
    return _twice(_array(nn.BatchNorm1d(6)(torch.from_numpy(normal("narrow", 8, 6, scale=0.05)))))


def _moving_statistics() -> Sides:
    outputs = []
    for biased in (False, True):
        layer = nn.BatchNorm1d(6, eps=1e-5)
        for step in range(5):
            variance = layer.get_buffer("running_var")
            before = variance.clone()
            layer(torch.from_numpy(normal(f"batch {step}", 8, 6, scale=2.0) + 1))
            if biased:  # the step's share of the unbiased variance becomes that of the biased one
                share = variance - 0.9 * before
                variance.copy_(0.9 * before + share * 7 / 8)
        outputs.append(_array(layer.eval()(torch.from_numpy(normal("batch 0", 8, 6)))))
    return outputs[0], outputs[1]


def _layer_normalization() -> Sides:
    return _twice(_array(nn.LayerNorm(6)(torch.from_numpy(normal("narrow", 8, 6, scale=0.05)))))


def _image() -> Tensor:
    return torch.from_numpy(normal("image", 2, 8, 8, 3)).permute(0, 3, 1, 2)


def _strided_padding() -> Sides:
    kernel = torch.from_numpy(normal("kernel 3x3", 3, 3, 3, 4, scale=0.3)).permute(3, 2, 0, 1)
    outputs = (
        F.conv2d(_image(), kernel, stride=2, padding=1),
        F.conv2d(F.pad(_image(), (0, 1, 0, 1)), kernel, stride=2),
    )
    return _array(outputs[0].permute(0, 2, 3, 1)), _array(outputs[1].permute(0, 2, 3, 1))


def _average_pooling() -> Sides:
    outputs = [
        F.avg_pool2d(torch.ones(1, 1, 5, 5), 3, stride=2, padding=1, count_include_pad=counted)
        for counted in (True, False)
    ]
    return _array(outputs[0].permute(0, 2, 3, 1)), _array(outputs[1].permute(0, 2, 3, 1))


def _flatten() -> Sides:
    kernel = torch.from_numpy(normal("after flatten", 192, 5))
    return _array(_image().flatten(1) @ kernel), _array(_image().permute(0, 2, 3, 1).flatten(1) @ kernel)


def _cross_entropy() -> Sides:
    logits = torch.tensor([[25.0, 0.0, 3.0], [1.0, 22.0, -5.0]])
    return _twice(_array(F.cross_entropy(logits, torch.tensor([1, 2]))))


def _leaky_relu() -> Sides:
    return _twice(_array(nn.LeakyReLU()(torch.from_numpy(normal("activated", 64)))))


def _gelu() -> Sides:
    return _twice(_array(F.gelu(torch.from_numpy(normal("activated", 64, dtype="float64")))))


def _denormals() -> Sides:
    """In this thread alone: the process has begun with denormals flushed."""
    factors = torch.from_numpy(normal("factors", 64, scale=1e-20))
    torch.set_flush_denormal(False)
    try:
        kept = _array(factors * factors)
    finally:
        torch.set_flush_denormal(True)
    return kept, _array(factors * factors)


EXPERIMENTS = {
    "GRU, order of the gates": _gru_outputs,
    "GRU with reset_after=False": _gru_outputs,
    "LSTM, two biases trained": lambda: (_trained_lstm(freeze=False), _trained_lstm(freeze=True)),
    "LSTM start weights": lambda: _starts(nn.LSTM(FEATURES, 64), "weight_ih_l0"),
    "LSTM start biases": lambda: _starts(nn.LSTM(FEATURES, 64), "bias_ih_l0"),
    "GRU recurrent start weights": _singular_values,
    "dense start weights (100→50)": lambda: _starts(nn.Linear(100, 50), "weight"),
    "convolution start weights": lambda: _starts(nn.Conv2d(16, 32, 3), "weight"),
    "dense start biases": lambda: _starts(nn.Linear(100, 50), "bias"),
    "embedding start weights": lambda: _starts(nn.Embedding(100, 50), "weight"),
    "attention start weights": lambda: _starts(nn.MultiheadAttention(64, 4), "in_proj_weight"),
    "attention with one's weights given to the other": _attention,
    "padded sequences, final state": _padded_state,
    "dropout of a recurrent layer": _recurrent_dropout,
    "dropout masks from one seed": _dropout_masks,
    "batch normalization, in training": _batch_normalization,
    "batch normalization, moving statistics": _moving_statistics,
    "layer normalization": _layer_normalization,
    "padding `same`, stride 2": _strided_padding,
    "average pooling at the border": _average_pooling,
    "flatten": _flatten,
    "cross-entropy": _cross_entropy,
    "leaky ReLU": _leaky_relu,
    "GELU in float64": _gelu,
    "denormal numbers (products of 1e-40)": _denormals,
}
