"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`."""

import copy
from functools import partial

import pytest
import torch

from impls import Training, build
from tests.impls.answers import ANSWERS, NETWORKS, answers_where_compiled, assert_same, named, subject_of
from tests.impls.torch_modes import MODES, modes_do_not_matter, modes_do_not_matter_to_writing


@pytest.mark.parametrize("answer", ANSWERS, ids=named)
def test_answer(answer):
    answer("torch")


@pytest.mark.parametrize("answer", answers_where_compiled(), ids=named)
def test_answer_where_compiled(answer):
    answer("torch+compile")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("optimizer", ["adam", "nadam"])
def test_callers_modes_do_not_matter(mode, optimizer):
    modes_do_not_matter("torch", mode, optimizer)


@pytest.mark.parametrize("mode", MODES)
def test_callers_modes_do_not_matter_to_writing(mode):
    modes_do_not_matter_to_writing("torch", mode)


# What makes code of a graph has no part in it; TorchInductor's C++ takes most of the time.
@pytest.mark.parametrize("backend", ["aot_eager", pytest.param("inductor", marks=pytest.mark.nightly)])
def test_a_copy_of_a_compiled_model_trains_itself(backend, monkeypatch):
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend=backend))
    model = build(NETWORKS["mlp"], "torch+compile", Training("adam", 1e-2))
    batch = subject_of("torch", NETWORKS["mlp"]).batch
    model.train_step(batch)
    copied, before = copy.deepcopy(model), model.parameters()
    loss = copied.train_step(batch)
    assert_same(model.parameters(), before)
    assert model.train_step(batch) == loss
    assert_same(model.parameters(), copied.parameters())
