"""What PyTorch's modes around a model must not change, for every implementation that computes with PyTorch."""

import copy

import numpy as np
import torch

from impls import Training, build
from tests.impls.answers import NETWORKS, assert_same, subject_of

#: What a caller may have switched on around a model.
MODES = {
    "no gradients": torch.no_grad,
    "inference": torch.inference_mode,
    "autocast": lambda: torch.autocast("cpu", torch.bfloat16),
}


def modes_do_not_matter(implementation, mode, optimizer):
    def run(model):
        losses = [model.train_step(batch), model.train_epoch([batch, batch]), model.loss_and_gradients(batch)[0]]
        before = model.training_state()
        shown = model.layer_outputs(batch.inputs)
        model.train_step(batch)
        model.resume(before)
        model.train_step(batch)
        return {"losses": np.array(losses), "outputs": model.predict(batch.inputs)} | shown | model.parameters()

    training = Training(optimizer, 1e-2, clip_norm=0.5, l2=0.1)
    batch = subject_of(implementation, NETWORKS["mlp"]).batch
    expected = run(build(NETWORKS["mlp"], implementation, training))
    outside = build(NETWORKS["mlp"], implementation, training)
    with MODES[mode]():
        inside = build(NETWORKS["mlp"], implementation, training)
        assert_same(run(outside), expected)
        copied = copy.deepcopy(inside)
    assert_same(run(inside), expected)
    assert_same(run(copied), expected)


def modes_do_not_matter_to_writing(implementation, mode):
    model = build(NETWORKS["seq2seq"], implementation)
    sources = np.array([[2, 3, 4, 0, 0]])
    expected = model.decode(sources, beams=2)
    with MODES[mode]():
        assert np.array_equal(model.decode(sources, beams=2), expected)
        assert np.array_equal(build(NETWORKS["seq2seq"], implementation).decode(sources, beams=2), expected)
