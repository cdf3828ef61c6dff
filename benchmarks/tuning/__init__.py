"""How recipes are found: trials on validation parts of the training data, each of them a stored record.

    python -m benchmarks.tuning --task king-james-bible --recipe gru --epochs 4 --set units=[256] --out trials.jsonl

No trial sees an example of a test part that a run reports on: see `benchmarks.tuning.validation`.
"""
