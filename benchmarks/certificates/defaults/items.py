"""The differences that are measured: what each framework does by default, and how the two are aligned."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

#: largest: max|a − b| / max|b|. path: the same as norms over the way gone, ‖a − b‖ / ‖b − start‖. spread: standard
#: deviations' ratio − 1. units: share of elements that differ.
Measure: TypeAlias = Literal["largest", "path", "spread", "units"]


@dataclass(frozen=True)
class Item:
    """One row of the ledger."""

    name: str
    pytorch: str
    keras: str
    how_aligned: str
    measure: Measure = "largest"
    #: What the aligned frameworks may still be apart: float32 rounding, unless said otherwise.
    aligned_bound: float = 1e-6


#: Keras computes 1 − β₂ᵗ in float32: at the first step it is off by 6e-5 of itself.
ADAM_BOUND = 2e-5

ITEMS: tuple[Item, ...] = (
    Item("GRU, order of the gates", "r, z, n", "z, r, h", "blocks permuted, kernels transposed"),
    Item("GRU with reset_after=False", "reset after the product", "before it; by default after it", "reset_after=True"),
    Item("LSTM, two biases trained", "b_ih + b_hh, both move", "one bias", "b_hh frozen at 0", "path", 1e-5),
    Item("LSTM start weights", "U(±1/√H)", "Glorot uniform", "drawn once, copied", "spread"),
    Item("LSTM start biases", "U(±1/√H), twice", "0, forget gate 1", "drawn once, copied"),
    Item("GRU recurrent start weights", "U(±1/√H)", "orthogonal", "drawn once, copied; singular values"),
    Item("dense start weights (100→50)", "std 1/√(3·fan_in)", "Glorot uniform", "drawn once, copied", "spread"),
    Item("convolution start weights", "std 1/√(3·fan_in)", "Glorot uniform", "drawn once, copied", "spread"),
    Item("dense start biases", "U(±1/√fan_in)", "0", "drawn once, copied"),
    Item("embedding start weights", "N(0, 1)", "U(±0.05)", "drawn once, copied", "spread"),
    Item("attention start weights", "Glorot over the packed (3E, E)", "Glorot of each", "drawn once, copied", "spread"),
    Item(
        "attention with one's weights given to the other",
        "packed in_proj, Wᵀ",
        "(E, heads, dim)",
        "mapped; here: as is",
    ),
    Item("padded sequences, final state", "runs on over the padding", "mask: state is carried", "pack_padded_sequence"),
    Item("dropout of a recurrent layer", "between layers only", "on the inputs", "off; dropout layers instead"),
    Item("dropout masks from one seed", "own generator", "own generator", "masks given", "units"),
    Item("batch normalization, in training", "ε 1e-5", "ε 1e-3", "ε 1e-5"),
    Item(
        "batch normalization, moving statistics",
        "momentum 0.1, unbiased",
        "momentum 0.99, biased",
        "momentum 0.1 and 0.9, variance · (n − 1)/n",
    ),
    Item("layer normalization", "ε 1e-5", "ε 1e-3", "ε 1e-5"),
    Item("padding `same`, stride 2", "symmetric", "the odd one at the end", "padded (0, 1)"),
    Item("average pooling at the border", "counts zeros", "leaves them out", "count_include_pad=False"),
    Item("flatten", "C, H, W", "H, W, C", "permuted before"),
    Item("cross-entropy", "of logits", "of probabilities, clipped to 1e-7", "from_logits=True"),
    Item("leaky ReLU", "slope 0.01", "slope 0.3 (layer)", "slope 0.01"),
    Item("GELU in float64", "exact", "√2 rounded to float32 (on TensorFlow)", "written with erf", "largest", 1e-14),
    Item(
        "SGD momentum after a tenfold lower rate",
        "rate times velocity",
        "rate inside velocity",
        "buffer · ratio",
        "path",
    ),
    Item("weight_decay of SGD", "coupled", "decoupled", "decoupled by hand", "path"),
    Item("weight_decay of Adam", "coupled", "decoupled", "AdamW", "path", ADAM_BOUND),
    Item("Adam", "ε 1e-8 outside", "ε 1e-7, root not corrected", "ε̂ₜ = ε·√(1 − β₂ᵗ)", "path", ADAM_BOUND),
    Item("AdamW", "decay 0.01", "decay 0.004", "equal decay and ε̂ₜ", "path", ADAM_BOUND),
    Item("RMSprop", "α 0.99, ε outside", "ρ 0.9, ε inside", "ρ 0.9, ε → ε², tiny", "path", 1e-5),
    Item("Adagrad", "starts at 0, ε 1e-10", "starts at 0.1, ε 1e-7 inside", "start 0, ε → ε²", "path", 1e-5),
    Item("NAdam", "0.96^(0.004·t), ε 1e-8", "0.96^t, ε 1e-7", "momentum_decay=1, ε equal", "path", ADAM_BOUND),
    Item("clipping to norm 1", "all gradients together", "clipnorm: each variable", "global_clipnorm", "path"),
    Item("denormal numbers (products of 1e-40)", "kept", "flushed to 0 (by TensorFlow)", "flushed in every process"),
    Item("learning rate in float64", "Python float", "float32 variable", "a power of two", "path", 1e-12),
)
