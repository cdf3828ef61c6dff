"""Families of networks on tables, images and sequences, beside what is not a network."""

from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan

TABLES = ("breast-cancer", "wine", "diabetes")
#: Features of each table, which a convolution and a recurrence read one after the other.
FEATURES = {"breast-cancer": (30, 2), "wine": (13, 3), "diabetes": (10, 1)}
#: On published test parts: from training to training seeds alone differ.
SERIES = ("gun-point", "italy-power-demand", "japanese-vowels")
IMAGES = ("digits", "fashion-mnist")
TEXTS = ("names-quick", "movie-reviews-quick")
TASKS = (*TABLES, *IMAGES, *TEXTS, *SERIES, "sunspots", "king-james-bible-quick")

STUDY = Study(
    name="families",
    title="Families of networks on tables, images and sequences",
    question="Where do fully connected, convolutional, recurrent networks and attention each do well, beside linear "
    "models, gradient boosting, n-grams and seasonal-naive forecasts?",
    implementations_reason="NumPy alone: accuracy does not depend on the implementation, as certificates show, and it "
    "is the fastest for networks of this size.",
    minutes=25,
    suite=Suite(
        name="families",
        tasks=TASKS,
        implementations=("numpy",),
        folds=3,
        repeats=5,
        # On so few examples trainings differ much from seed to seed.
        seeds=dict.fromkeys(SERIES, 10),
        # Sixty thousand images: what separates the networks is there after two epochs.
        epochs={"fashion-mnist": 2},
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="all",
        further_baselines=True,
        variants=(
            *(
                variant("as cnn", (task,), ("mlp",), network="cnn", inputs=(features, 1, 1), outputs=outputs)
                for task, (features, outputs) in FEATURES.items()
            ),
            *(
                variant(
                    "as gru", (task,), ("mlp",), network="recurrent", length=features, features=1, cell="gru",
                    units=(16,), outputs=outputs,
                )
                for task, (features, outputs) in FEATURES.items()
            ),
            variant(
                "as gru", ("digits",), ("mlp",), network="recurrent", length=8, features=8, cell="gru", units=(32,),
                outputs=10,
            ),
            variant(
                "as mlp", ("names-quick",), ("gru",), network="mlp", inputs=14, tokens=64, embedding=32, hidden=(128,),
                outputs=2,
            ),
            variant(
                "as cnn", ("names-quick",), ("gru",), network="cnn", inputs=(14, 1, 32), tokens=64, channels=(64, 64),
                hidden=(64,), outputs=2,
            ),
            variant(
                "as transformer", ("names-quick",), ("gru",), network="transformer", source_length=14,
                source_tokens=64, width=32, layers=1, feedforward=64, outputs=2, learning_rate=2e-3,
            ),
            variant(
                "as mlp", ("movie-reviews-quick",), ("cnn",), network="mlp", inputs=40, tokens=5_000, embedding=32,
                hidden=(64,), outputs=2,
            ),
            variant(
                "as gru", ("movie-reviews-quick",), ("cnn",), network="recurrent", length=40, tokens=5_000,
                embedding=32, cell="gru", units=(64,), pooling="mean", outputs=2,
            ),
            variant("as mlp", ("sunspots",), ("lstm",), network="mlp", inputs=22, hidden=(32,), outputs=1),
            variant("as cnn", ("sunspots",), ("lstm",), network="cnn", inputs=(22, 1, 1), channels=(16,), outputs=1),
            variant(
                "as gru", ("king-james-bible-quick",), ("transformer",), network="recurrent", length=32, tokens=72,
                embedding=32, cell="gru", units=(64,), pooling=None, outputs=72, learning_rate=4e-3,
            ),
        ),
    ),
)  # fmt: skip
