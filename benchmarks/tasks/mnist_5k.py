"""MNIST-5k: which handwritten digit a 28×28 image shows."""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import LOGISTIC_REGRESSION
from impls import Training
from impls.cnn import CNN
from impls.mlp import MLP

TASK = Task(
    name="mnist-5k",
    title="MNIST-5k: 28×28 images of digits",
    dataset="mnist-5k",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=784, hidden=(256, 128), outputs=10),
            Training(optimizer="adam", learning_rate=1e-3),
            batch_size=64,
            epochs=10,
        ),
        "cnn": Recipe(
            CNN(inputs=(28, 28, 1), channels=(16, 32), hidden=(128,), outputs=10, dropout=0.5),
            Training(optimizer="adam", learning_rate=1e-3),
            batch_size=64,
            epochs=20,
        ),
    },
    baselines={"linear": LOGISTIC_REGRESSION},
    pixel_maximum=255,
)
