"""Pooling of images, and of sequences."""

from typing import TypeAlias

import keras

from impls.engines.in_keras.layers import LayerFactory

#: The mean over each sequence's real positions, from (examples, length, features) to (examples, features).
MeanPooling: TypeAlias = keras.layers.GlobalAveragePooling1D

#: Of (window's shape); the windows step by as much, and averages are over what lies inside the image.
POOLINGS: dict[str, LayerFactory] = {
    "max": keras.layers.MaxPooling2D,
    "average": keras.layers.AveragePooling2D,
}
