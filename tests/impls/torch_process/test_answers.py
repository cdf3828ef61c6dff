"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`."""

import copy

import numpy as np
import pytest
import torch

from impls import Training, build
from tests.impls.answers import ANSWERS, NETWORKS, answers_where_compiled, assert_same, named, subject_of


@pytest.mark.parametrize("answer", ANSWERS, ids=named)
def test_answer(answer):
    answer("torch")


@pytest.mark.parametrize("answer", answers_where_compiled(), ids=named)
def test_answer_where_compiled(answer):
    answer("torch+compile")


#: What a caller may have switched on around a model.
MODES = {
    "no gradients": torch.no_grad,
    "inference": torch.inference_mode,
    "autocast": lambda: torch.autocast("cpu", torch.bfloat16),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("optimizer", ["adam", "nadam"])
def test_callers_modes_do_not_matter(mode, optimizer):
    def run(model):
        losses = [model.train_step(batch), model.train_epoch([batch, batch]), model.loss_and_gradients(batch)[0]]
        before = model.training_state()
        shown = model.layer_outputs(batch.inputs)
        model.train_step(batch)
        model.resume(before)
        model.train_step(batch)
        return {"losses": np.array(losses), "outputs": model.predict(batch.inputs)} | shown | model.parameters()

    training = Training(optimizer, 1e-2, clip_norm=0.5, l2=0.1)
    batch = subject_of("torch", NETWORKS["mlp"]).batch
    expected = run(build(NETWORKS["mlp"], "torch", training))
    outside = build(NETWORKS["mlp"], "torch", training)
    with MODES[mode]():
        inside = build(NETWORKS["mlp"], "torch", training)
        assert_same(run(outside), expected)
        copied = copy.deepcopy(inside)
    assert_same(run(inside), expected)
    assert_same(run(copied), expected)


@pytest.mark.parametrize("mode", MODES)
def test_callers_modes_do_not_matter_to_writing(mode):
    model = build(NETWORKS["seq2seq"], "torch")
    sources = np.array([[2, 3, 4, 0, 0]])
    expected = model.decode(sources, beams=2)
    with MODES[mode]():
        assert np.array_equal(model.decode(sources, beams=2), expected)


def test_a_copy_of_a_compiled_model_trains_itself():
    model = build(NETWORKS["mlp"], "torch+compile", Training("adam", 1e-2))
    batch = subject_of("torch", NETWORKS["mlp"]).batch
    model.train_step(batch)
    copied, before = copy.deepcopy(model), model.parameters()
    loss = copied.train_step(batch)
    assert_same(model.parameters(), before)
    assert model.train_step(batch) == loss
    assert_same(model.parameters(), copied.parameters())
