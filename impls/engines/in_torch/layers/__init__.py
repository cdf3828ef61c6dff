"""Layers that PyTorch lacks, or means differently than Keras does; the rest of a network is `torch.nn` itself.

The files are those of `impls.scratch`, as far as PyTorch needs one. Images pass between layers as (examples, channels,
height, width), in `channels_last` memory.
"""
