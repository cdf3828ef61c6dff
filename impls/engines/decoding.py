"""Writing sequences token by token, the same for every implementation: greedy, sampled, or by beam search.

A network reads one token after the other and hands on a state (`DecodingNetwork`); which token is taken is decided
here, in NumPy, so that equal logits give equal sequences everywhere. Padding and the start token are never written:
they stand for places before and behind a sequence.
"""

import math
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from impls.engines.validation import check_inputs_of_field
from impls.errors import DecodingError
from impls.protocol import Array, Decoder
from impls.spec.architecture import Architecture
from impls.spec.tokens import END, PADDING, START


class DecodingNetwork(Protocol):
    """What a network has whose architecture `decodes`, in the arrays or tensors of its framework."""

    def begin(self, sources: Any) -> Any:
        """The state before the first token: a nest of arrays (sequences, ...).

        Args:
            sources: (sequences, source length), int64; for a network without a source the length is 0.
        """
        ...

    def step(self, tokens: Any, state: Any) -> tuple[Any, Any]:
        """Logits (sequences, vocabulary) after one more token (sequences,) each, and the state that follows."""
        ...


def map_state(function: Callable[[Any], Any], state: Any) -> Any:
    """The same nest of tuples, lists and dictionaries with the function's result in place of each array."""
    if isinstance(state, dict):
        return {name: map_state(function, part) for name, part in state.items()}
    if isinstance(state, list):
        return [map_state(function, part) for part in state]
    if isinstance(state, tuple):
        parts = [map_state(function, part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)
    return state if state is None or isinstance(state, int) else function(state)


class Decoding:
    """Mixin of every engine's model."""

    architecture: Architecture

    def decoder(self, sequences: int, sources: Array | None = None) -> Decoder:
        """A decoder that has read nothing yet.

        Args:
            sequences: number of sequences that are written side by side.
            sources: (sequences, source length), checked tokens, for an encoder-decoder; None for a language model.

        Raises:
            DecodingError: the network writes no sequences, or is an encoder-decoder and there are no sources.
        """
        if not self.architecture.decodes:
            raise DecodingError(f"{_named(self.architecture)} writes no sequences")
        if sources is None:
            if self.architecture.is_encoder_decoder:
                raise DecodingError(f"{_named(self.architecture)} is an encoder-decoder: give it sources")
            sources = np.empty((sequences, 0), np.int64)
        return self._make_decoder(sources)

    @abstractmethod
    def _make_decoder(self, sources: Array) -> Decoder:
        """A decoder for (sequences, source length) tokens; without a source the length is 0."""

    @np.errstate(all="ignore")
    def generate(self, prompts: Array, steps: int, temperature: float = 0.0, seed: int = 0) -> Array:
        """Continue each prompt by `steps` tokens.

        Args:
            prompts: (sequences, tokens), beginning with the start token as in training; without padding.
            steps: tokens to add.
            temperature: 0 takes the likeliest token; otherwise logits are divided by it and a token is drawn.
            seed: of the draws.

        Returns:
            (sequences, steps), int64; the end token is one like the others.

        Raises:
            DecodingError: the network is no language model, a setting is out of range, or its positions are too few.
            BatchError: the prompts are no tokens of its vocabulary, or are empty.
        """
        architecture = self.architecture
        if not architecture.is_language_model:
            raise DecodingError(f"{_named(architecture)} is no language model: it cannot continue a prompt")
        _require(_is_whole(steps, 0), "steps", steps, "a whole number of 0 or more")
        _require(_is_temperature(temperature), "temperature", temperature, "0 or a number above it")
        _require(_is_whole(seed, 0), "seed", seed, "a whole number of 0 or more")
        prompts = check_inputs_of_field(prompts, architecture.fields[0], padded=False)
        self._require_room(prompts.shape[1], steps)
        generator = np.random.default_rng(seed)
        decoder = self.decoder(len(prompts))
        written = np.empty((len(prompts), steps), np.int64)
        logits = _read(decoder, prompts)
        for position in range(steps):
            tokens = _choose(logits, temperature, generator)
            written[:, position] = tokens
            if position + 1 < steps:
                logits = decoder.step(tokens)
        return written

    @np.errstate(all="ignore")
    def decode(self, sources: Array, beams: int = 1) -> Array:
        """Write the target of each source, up to the architecture's target length.

        With one beam the likeliest token is taken at each position. With more, that many hypotheses are kept, ranked by
        the sum of their log-probabilities; at the end the one of the largest mean log-probability a token is taken, for
        sums favour the short (Wu et al. 2016, section 7, with α = 1).

        Args:
            sources: (examples, source length), tokens with padding at the end.
            beams: hypotheses kept for each source.

        Returns:
            (examples, target length), int64: tokens without start and end, filled up with padding.

        Raises:
            DecodingError: the network is no encoder-decoder, or `beams` is out of range.
            BatchError: the sources are not of its vocabulary or length.
        """
        architecture = self.architecture
        if not architecture.is_encoder_decoder:
            raise DecodingError(f"{_named(architecture)} is no encoder-decoder: it cannot decode a source")
        source, target = architecture.fields
        _require(
            _is_whole(beams, 1) and beams <= target.vocabulary, "beams", beams, f"1 to {target.vocabulary} (vocabulary)"
        )
        sources = check_inputs_of_field(sources, source)
        if beams == 1:
            return self._greedy(sources, target.length)
        return self._beam_search(sources, target.length, beams)

    def _require_room(self, prompt: int, steps: int) -> None:
        """Raise if the network's positions would not do; the last token that is written is not read."""
        length = self.architecture.max_positions
        if length is not None and prompt > length:
            raise DecodingError(
                f"{_named(self.architecture)} has {length} positions: a prompt of {prompt} tokens is longer; shorten it"
            )
        if length is not None and prompt + steps - 1 > length:
            raise DecodingError(
                f"{_named(self.architecture)} has {length} positions: after a prompt of {prompt} tokens it can write "
                f"{length + 1 - prompt}, not {steps}"
            )

    def _greedy(self, sources: Array, length: int) -> Array:
        decoder = self.decoder(len(sources), sources)
        written = np.full((len(sources), length), PADDING, np.int64)
        tokens = np.full(len(sources), START)
        going_on = np.ones(len(sources), bool)
        for position in range(length):
            tokens = _sayable(decoder.step(tokens)).argmax(axis=1)
            going_on &= tokens != END
            if not going_on.any():
                break
            written[:, position] = np.where(going_on, tokens, PADDING)
        return written

    def _beam_search(self, sources: Array, length: int, beams: int) -> Array:
        examples = len(sources)
        decoder = self.decoder(examples * beams, np.repeat(sources, beams, axis=0))
        written = np.full((examples, beams, length), PADDING, np.int64)
        tokens = np.full((examples, beams), START)
        # All beams begin alike: only the first counts, or the first step would keep the same hypothesis many times.
        scores = np.where(np.arange(beams) == 0, 0.0, -np.inf) * np.ones((examples, 1))
        lengths = np.zeros((examples, beams), np.int64)
        finished = np.zeros((examples, beams), bool)
        rows = np.arange(examples)[:, np.newaxis]
        for position in range(length):
            logits = decoder.step(tokens.ravel()).reshape(examples, beams, -1)
            candidates = scores[:, :, np.newaxis] + _continuations(logits, finished)
            flat = candidates.reshape(examples, -1)
            best = np.argsort(-flat, axis=1, kind="stable")[:, :beams]
            parents, tokens = np.divmod(best, logits.shape[2])
            scores = np.take_along_axis(flat, best, axis=1)
            written, lengths, finished = written[rows, parents], lengths[rows, parents], finished[rows, parents]
            lengths += ~finished
            finished |= tokens == END
            written[:, :, position] = np.where(finished, PADDING, tokens)
            if finished.all():
                break
            decoder.reorder((rows * beams + parents).ravel())
        chosen: Array = written[rows[:, 0], np.argmax(scores / np.maximum(lengths, 1), axis=1)]
        return chosen


def _continuations(logits: Array, finished: Array) -> Array:
    """Log-probabilities (examples, beams, vocabulary) of the next token; a finished one goes on with padding alone."""
    shifted = _sayable(logits)
    shifted -= shifted.max(axis=2, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    shifted[finished] = -np.inf
    shifted[finished, PADDING] = 0.0
    return shifted


def _read(decoder: Decoder, prompts: Array) -> Array:
    """Logits after the whole prompt."""
    for tokens in np.ascontiguousarray(prompts.T):
        logits = decoder.step(tokens)
    return logits


def _choose(logits: Array, temperature: float, generator: np.random.Generator) -> Array:
    preferences = _sayable(logits)
    if temperature > 0:
        # The largest of logits with Gumbel noise is a draw from their softmax (Gumbel 1954; Maddison et al. 2014).
        preferences -= preferences.max(axis=1, keepdims=True)
        with np.errstate(over="ignore"):  # next to no temperature: all but the largest become -inf
            preferences /= temperature
        preferences += generator.gumbel(size=logits.shape)
    chosen: Array = preferences.argmax(axis=1)
    return chosen


def _sayable(logits: Array) -> npt.NDArray[np.float64]:
    """The logits in float64, with padding and the start token excluded."""
    ruled = logits.astype(np.float64)
    ruled[..., [PADDING, START]] = -np.inf
    return ruled


def _named(architecture: Architecture) -> str:
    return f"architecture {architecture.name!r} as set"


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= least)


def _is_temperature(value: object) -> bool:
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return real and math.isfinite(value) and bool(value >= 0)  # type: ignore[arg-type,operator]  # a number by now


def _require(holds: bool, name: str, value: object, wanted: str) -> None:
    if not holds:
        raise DecodingError(f"{name}={value!r} is not possible; give {wanted}")
