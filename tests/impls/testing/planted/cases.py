"""The networks on which planted faults have to show, by the name that the table of faults uses."""

from impls import Training
from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.testing import Case
from impls.transformer import Transformer


def _mlp(activation="relu", loss="softmax_cross_entropy", optimizer="adam", hidden=(8, 5), **settings):
    network = MLP(inputs=6, hidden=hidden, outputs=4, activation=activation, **settings)
    return network, Training(optimizer, 1e-2, loss=loss, huber_delta=1.5)


def _cnn(inputs=(8, 7, 2), channels=(3, 4), **settings):
    return CNN(inputs=inputs, channels=channels, outputs=3, **settings), Training("adam", 1e-2)


def _classifier(cell="lstm", units=(4, 3), **settings):
    """Over tokens, in both directions."""
    network = Recurrent(
        length=5, tokens=7, embedding=3, cell=cell, units=units, bidirectional=True, outputs=3, **settings
    )
    return network, Training("adam", 1e-2)


def _writer(cell="lstm", units=(5,), **settings):
    network = Recurrent(length=5, tokens=6, embedding=3, cell=cell, units=units, pooling=None, outputs=6, **settings)
    return network, Training("adam", 1e-2)


def _translator(**settings):
    network = Seq2Seq(
        source_length=5, source_tokens=7, target_length=4, target_tokens=6, embedding=3, units=4, **settings
    )
    return network, Training("adam", 1e-2)


def _transformer(source=False, target=False, **settings):
    sizes = {"width": 8, "heads": 2, "layers": 1, "feedforward": 6} | settings
    if source:
        sizes |= {"source_length": 5, "source_tokens": 7}
    sizes |= {"target_length": 4, "target_tokens": 6} if target else {"outputs": 3}
    return Transformer(**sizes), Training("adam", 1e-2)


#: Wide enough for the shares of what is dropped to be counted with few draws.
_WIDE = 48

CASES = {
    name: Case(name, *networks)
    for name, networks in {
        "relu": _mlp("relu"),
        "sigmoid": _mlp("sigmoid", "sigmoid_cross_entropy"),
        "leaky": _mlp("leaky_relu", "mean_squared_error"),
        "gelu": _mlp("gelu", "mean_absolute_error"),
        "tanh": _mlp("tanh", "huber"),
        "batch": _mlp("tanh", normalization="batch"),
        "layer": _mlp("tanh", normalization="layer"),
        "dropout": _mlp("tanh", hidden=(64, 48), dropout=0.4),
        "nadam": _mlp("tanh", optimizer="nadam"),
        "small batch": _mlp("tanh", hidden=(4,), normalization="batch"),
        "clipped": (MLP(inputs=6, hidden=(8,), outputs=4, activation="tanh"), Training("sgd", 0.1, clip_norm=0.05)),
        "convolution": _cnn(),
        "strided": _cnn((9, 8, 2), (3,), stride=2, pooling=None),
        "average": _cnn((9, 7, 1), (3,), pooling="average"),
        "features dropped": _cnn((8, 8, 1), (4,), dropout=0.3),
        "rnn": (Recurrent(length=5, features=3, cell="rnn", units=(4,), outputs=3), Training("adam", 1e-2)),
        "gru": (Recurrent(length=4, features=3, cell="gru", units=(4,), outputs=3), Training("adam", 1e-2)),
        "masked": _classifier("rnn", (4,)),
        "masked, mean": _classifier("rnn", (4,), pooling="mean"),
        "lstm": _classifier(),
        "gru, mean": _classifier("gru", (4,), pooling="mean"),
        "writer": _writer(),
        "writer, dropout": _writer(units=(_WIDE,), dropout=0.4),
        "translator": _translator(),
        "additive": _translator(attention="additive"),
        "multiplicative": _translator(attention="multiplicative", cell="gru"),
        "encoder": _transformer(source=True),
        "decoder": _transformer(target=True, pre_norm=True, positions="learned", activation="tanh"),
        "both": _transformer(source=True, target=True),
        "decoder, dropout": _transformer(target=True, width=_WIDE, dropout=0.4),
    }.items()
}
