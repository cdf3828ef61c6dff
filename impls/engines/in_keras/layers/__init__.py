"""Layers with what Keras would choose otherwise set to what the contract says; the rest is `keras.layers` itself.

The files are those of `impls.scratch`, as far as Keras needs one.
"""

from collections.abc import Callable
from typing import TypeAlias

import keras

#: Makes an activation, normalization, pooling or recurrent layer; takes Keras's keyword arguments, such as `name`.
LayerFactory: TypeAlias = Callable[..., keras.layers.Layer]
