"""CMUdict: how an English word is pronounced, letters to phones; a word is right if it is as any of its entries."""

from dataclasses import replace

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.naive import NearestWord
from benchmarks.tasks.encodings.pronunciations import Pronunciations
from impls import Training
from impls.seq2seq import Seq2Seq
from impls.seq2seq.architecture import Attention
from impls.transformer import Transformer

#: One word in a thousand is longer; 26 letters and 39 phones with the reserved numbers.
ENCODING = Pronunciations(source_length=16, target_length=16, source_vocabulary=30, target_vocabulary=43)
#: Of 117,000 words none but three is longer.
WHOLE = replace(ENCODING, source_length=20, target_length=20)
#: Nine words in ten; the others of the test part count as wrong.
SHORT = replace(ENCODING, source_length=10, target_length=10)


def _seq2seq(
    attention: Attention | None,
    encoding: Pronunciations = ENCODING,
    units: int = 128,
    learning_rate: float = 2e-3,
    epochs: int = 2,
    bidirectional: bool = True,
) -> Recipe:
    return Recipe(
        Seq2Seq(
            encoding.source_length, encoding.source_vocabulary, encoding.target_length, encoding.target_vocabulary,
            embedding=units // 2, units=units, cell="gru", attention=attention, bidirectional=bidirectional,
        ),
        Training(optimizer="adam", learning_rate=learning_rate, clip_norm=1.0),
        batch_size=64,
        epochs=epochs,
    )  # fmt: skip


def _published(attention: Attention | None) -> Recipe:
    """Two LSTM layers of 512 units, as in Yao & Zweig 2015 and Toshniwal & Livescu 2016."""
    return Recipe(
        Seq2Seq(
            WHOLE.source_length, WHOLE.source_vocabulary, WHOLE.target_length, WHOLE.target_vocabulary,
            embedding=128, units=512, layers=2, attention=attention, bidirectional=attention is not None, dropout=0.2,
        ),
        Training(optimizer="adam", learning_rate=1e-3, clip_norm=2.0),
        batch_size=128,
        epochs=30,
    )  # fmt: skip


TASK = Task(
    name="cmudict",
    title="CMUdict: from letters to phones",
    dataset="cmudict",
    kind="transduction",
    metrics=("word_error_rate", "phoneme_error_rate"),
    recipes={
        "seq2seq": _seq2seq(None),
        "additive": _seq2seq("additive"),
        "multiplicative": _seq2seq("multiplicative"),
        "transformer": Recipe(
            Transformer(
                ENCODING.source_length,
                ENCODING.source_vocabulary,
                ENCODING.target_length,
                ENCODING.target_vocabulary,
                width=64,
                heads=4,
                layers=2,
                feedforward=256,
                activation="gelu",
                pre_norm=True,
            ),
            Training(optimizer="adam", learning_rate=2e-3, clip_norm=1.0),
            batch_size=64,
            epochs=2,
        ),
    },
    baselines={"nearest-word": NearestWord()},
    encoding=ENCODING,
)

PUBLISHED = replace(
    TASK,
    name="cmudict-published",
    title="CMUdict: from letters to phones, networks of published size",
    recipes={
        "seq2seq": _published(None),
        "additive": _published("additive"),
        "multiplicative": _published("multiplicative"),
        # Near the four layers of Yolchuyeva et al. 2019.
        "transformer": Recipe(
            Transformer(
                WHOLE.source_length,
                WHOLE.source_vocabulary,
                WHOLE.target_length,
                WHOLE.target_vocabulary,
                width=128,
                heads=4,
                layers=4,
                feedforward=512,
                activation="gelu",
                pre_norm=True,
                dropout=0.1,
            ),
            Training(optimizer="adam", learning_rate=5e-4, clip_norm=1.0),
            batch_size=128,
            epochs=60,
        ),
    },
    encoding=WHOLE,
)

QUICK = TASK.shortened(
    3_000,
    500,
    recipes={"additive": _seq2seq("additive", SHORT, units=64, learning_rate=8e-3, epochs=3, bidirectional=False)},
    encoding=SHORT,
)

#: For studies: a recurrent network and a Transformer of a size, and enough words to see what more of them bring.
STUDIED = replace(
    TASK,
    name="cmudict-short",
    title="CMUdict: from letters to phones, short words",
    recipes={
        "multiplicative": _seq2seq(
            "multiplicative", SHORT, units=64, learning_rate=4e-3, epochs=3, bidirectional=False
        ),
        "transformer": Recipe(
            Transformer(
                SHORT.source_length, SHORT.source_vocabulary, SHORT.target_length, SHORT.target_vocabulary, width=48,
                heads=4, layers=1, feedforward=96, activation="gelu", pre_norm=True,
            ),
            Training(optimizer="adam", learning_rate=4e-3, clip_norm=1.0),
            batch_size=64,
            epochs=3,
        ),
    },
    encoding=SHORT,
    # One word in twenty is longer than the encoding: enough are left for the largest amount of the study.
    train_examples=20_000,
    held_out=1_000,
)  # fmt: skip

TASKS = (QUICK, STUDIED, PUBLISHED)
