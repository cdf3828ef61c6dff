"""How a network is trained: the loss, the update rule and its constants, the same for every implementation."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from impls.errors import TrainingError
from impls.spec.scalars import make_plain

Loss: TypeAlias = Literal[
    "softmax_cross_entropy",
    "sigmoid_cross_entropy",
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
]
Optimizer: TypeAlias = Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "nadam"]

LOSSES: tuple[Loss, ...] = get_args(Loss)
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)

#: AdamW without decay would be Adam; this is the value of Loshchilov & Hutter's released code and of PyTorch.
ADAMW_WEIGHT_DECAY = 0.01


@dataclass(frozen=True)
class Training:
    """A training recipe; the optimizers are their papers' algorithms.

    With g the gradient of the mean loss (plus `l2` · w, then clipped), lr the learning rate and t = 1, 2, … the step:

    - sgd: w −= lr·g. momentum (Polyak 1964): v = μ·v + g; w −= lr·v.
    - nesterov (Sutskever et al. 2013, as reformulated by both frameworks): v = μ·v + g; w −= lr·(g + μ·v).
    - adagrad (Duchi et al. 2011): s += g²; w −= lr·g / (√s + ε), s starting at 0.
    - rmsprop (Tieleman & Hinton 2012): s = ρ·s + (1−ρ)·g²; w −= lr·g / (√s + ε).
    - adam (Kingma & Ba 2015, Algorithm 1): w −= lr·m̂ / (√v̂ + ε).
    - adamw (Loshchilov & Hutter 2019): adam with decoupled decay.
    - nadam (Dozat 2016): adam with Nesterov's look-ahead and the momentum schedule μₜ = β₁·(1 − ½·0.96^(t/250)).

    Weight decay is decoupled for every optimizer: w *= 1 − lr·`weight_decay`, just before the update. Decay and L2 act
    on all trainable parameters. The order is: gradient, + l2·w, clipping by the global norm, decay, update.
    """

    optimizer: Optimizer = "sgd"
    learning_rate: float = 1e-2
    loss: Loss = "softmax_cross_entropy"
    #: μ of momentum and nesterov.
    momentum: float = 0.9
    #: β₁ and β₂ of the Adam family.
    beta_1: float = 0.9
    beta_2: float = 0.999
    #: ρ of RMSprop.
    rho: float = 0.9
    #: ε, always outside the root.
    epsilon: float = 1e-8
    #: Decoupled; None is 0, and `ADAMW_WEIGHT_DECAY` for adamw.
    weight_decay: float | None = None
    #: Coupled: the penalty ½·l2·‖w‖² joins the loss that is differentiated.
    l2: float = 0.0
    #: Gradients are scaled by min(1, clip_norm / ‖g‖), ‖g‖ over all parameters together; None does not clip.
    clip_norm: float | None = None
    #: Where the quadratic part of the Huber loss ends.
    huber_delta: float = 1.0

    def __post_init__(self) -> None:
        make_plain(self)
        _require(self.optimizer in OPTIMIZERS, "optimizer", self.optimizer, f"one of {', '.join(OPTIMIZERS)}")
        _require(self.loss in LOSSES, "loss", self.loss, f"one of {', '.join(LOSSES)}")
        for name in ("learning_rate", "epsilon", "huber_delta"):
            value = getattr(self, name)
            _require(_is_number(value) and value > 0, name, value, "a number above 0")
        for name in ("momentum", "beta_1", "beta_2", "rho"):
            value = getattr(self, name)
            _require(_is_number(value) and 0 <= value < 1, name, value, "a number from 0 up to, not including, 1")
        _require(_is_number(self.l2) and self.l2 >= 0, "l2", self.l2, "a number of 0 or more")
        decay = self.weight_decay
        _require(decay is None or (_is_number(decay) and decay >= 0), "weight_decay", decay, "None or 0 or more")
        clip = self.clip_norm
        _require(clip is None or (_is_number(clip) and clip > 0), "clip_norm", clip, "None or a number above 0")

    @property
    def decay(self) -> float:
        """The weight decay that applies."""
        if self.weight_decay is None:
            return ADAMW_WEIGHT_DECAY if self.optimizer == "adamw" else 0.0
        return self.weight_decay


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _require(holds: bool, name: str, value: object, wanted: str) -> None:
    if not holds:
        raise TrainingError(f"Training: {name}={value!r} is not possible; give {wanted}")
