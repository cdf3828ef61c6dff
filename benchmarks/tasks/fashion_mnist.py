"""Fashion-MNIST: which of ten kinds of clothing a 28×28 image shows, on the published test part."""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import LOGISTIC_REGRESSION
from impls import Training
from impls.cnn import CNN
from impls.mlp import MLP

TASK = Task(
    name="fashion-mnist",
    title="Fashion-MNIST: 28×28 images of clothing",
    dataset="fashion-mnist",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes={
        # The widths of the MLP whose .883 was published with the data (Xiao et al. 2017).
        "mlp": Recipe(
            MLP(inputs=784, hidden=(256, 128, 100), outputs=10, dropout=0.2),
            Training(optimizer="adam", learning_rate=1e-3),
            batch_size=256,
            epochs=30,
        ),
        "cnn": Recipe(
            CNN(inputs=(28, 28, 1), channels=(16, 32), hidden=(128,), outputs=10, dropout=0.4),
            Training(optimizer="adam", learning_rate=1e-3),
            batch_size=128,
            epochs=12,
        ),
    },
    baselines={"linear": LOGISTIC_REGRESSION},
    pixel_maximum=255,
)
