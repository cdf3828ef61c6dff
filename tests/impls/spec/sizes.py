"""Sizes of small networks, as arguments of their architectures."""

from typing import Any

RECURRENT: dict[str, Any] = {"length": 5, "tokens": 7, "embedding": 3}
SEQ2SEQ: dict[str, Any] = {"source_length": 4, "source_tokens": 7, "target_length": 5, "target_tokens": 6}
CLASSIFIER: dict[str, Any] = {"source_length": 4, "source_tokens": 7, "outputs": 3}
LANGUAGE: dict[str, Any] = {"target_length": 4, "target_tokens": 7}
