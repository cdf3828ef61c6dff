"""Sequence to sequence (Sutskever et al. 2014), with attention (Bahdanau et al. 2015; Luong et al. 2015)."""

from impls.seq2seq.architecture import Seq2Seq

__all__ = ["Seq2Seq"]
