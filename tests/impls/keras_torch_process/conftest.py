"""Keras takes its backend when it is first imported: this file is read before any test module is."""

import os

from impls.engines import implementations

os.environ.update(implementations()["keras-torch"].environment)
