"""Keras takes its backend when it is first imported: this file is read before any test module is."""

from tests.impls.loading import load_alone

load_alone("keras-tensorflow")
