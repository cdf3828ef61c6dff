"""Texts that language models wrote, and words that encoder-decoders decoded."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.records.inspection import DecodedWord
from report.runs.reading import Run
from report.runs.sequences import looked_into
from report.tables.views.base import Column, Row, View, text
from report.text.naming import architecture_title, one_line, slug

#: Letters of a text that are shown at once; the rest is folded away.
SHOWN = 400
RIGHT, WRONG = "✓", "✗"


@dataclass(frozen=True)
class WrittenText:
    """What a network wrote at a temperature, and every implementation that wrote just this."""

    task: str
    architecture: str
    temperature: float
    prompt: str
    #: The text, and what of it is folded away.
    beginning: str
    rest: str
    implementations: tuple[str, ...]
    #: Another text of the same network at the same temperature stands before it.
    again: bool

    @property
    def title(self) -> str:
        """`LSTM, temperature 0.5`."""
        return f"{architecture_title(self.architecture)}, temperature {self.temperature:g}"


def written_texts(run: Run) -> list[WrittenText]:
    """By task, network and temperature, the coldest first; equal texts are shown once."""
    writers: dict[tuple[str, str, float, str, str], list[str]] = {}
    for cell, split in looked_into(run):
        where = f"{cell.implementation}{'' if cell.device == 'cpu' else f' on {cell.device}'}"
        for sample in split.samples:
            key = (cell.task, cell.architecture, sample.temperature, _printable(sample.prompt), _printable(sample.text))
            writers.setdefault(key, []).append(where)
    places = list(dict.fromkeys((task, architecture) for task, architecture, *_ in writers))
    texts: list[WrittenText] = []
    for key in sorted(writers, key=lambda key: (places.index(key[:2]), key[2])):
        task, architecture, temperature, prompt, content = key
        again = bool(texts) and (texts[-1].task, texts[-1].architecture, texts[-1].temperature) == key[:3]
        beginning, rest = _folded(content)
        texts.append(WrittenText(task, architecture, temperature, prompt, beginning, rest, tuple(writers[key]), again))
    return texts


def decoded_views(run: Run, taken: set[str]) -> list[View]:
    """A table for each network: its words with their right answers, and what each implementation made of them.

    Args:
        taken: names of tables that there are already; those of the new ones are added.
    """
    networks: dict[tuple[str, str], dict[str, Sequence[DecodedWord]]] = {}
    for cell, split in looked_into(run):
        if split.decoded:
            where = f"{cell.implementation}{'' if cell.device == 'cpu' else f' on {cell.device}'}"
            networks.setdefault((cell.task, cell.architecture), {})[where] = split.decoded
    views = []
    for (task, label), words in networks.items():
        name = slug(f"decoded {task} {label}", taken)
        taken.add(name)
        views.append(_decoded_view(name, task, label, words))
    return views


def _decoded_view(name: str, task: str, label: str, words: dict[str, Sequence[DecodedWord]]) -> View:
    answers = {where: {word.source: word for word in decoded} for where, decoded in words.items()}
    sources = dict.fromkeys(word.source for decoded in words.values() for word in decoded)
    rows = []
    for source in sources:
        given = [decoded.get(source) for decoded in answers.values()]
        references = next(word.references for word in given if word is not None)
        rows.append(Row((text(source), text(" or ".join(references)), *(text(_judged(word)) for word in given))))
    counts = ", ".join(
        f"{where} {sum(_is_right(word) for word in decoded)} of {len(decoded)}" for where, decoded in words.items()
    )
    title = architecture_title(label)
    return View(
        name,
        one_line(f"{task}, {title}: right {counts}"),
        (Column("Word"), Column("Right"), *(Column(where) for where in words)),
        tuple(rows),
    )


def _is_right(word: DecodedWord) -> bool:
    return word.decoded in word.references


def _judged(word: DecodedWord | None) -> str:
    if word is None:
        return ""
    return f"{RIGHT} {word.decoded}" if _is_right(word) else f"{WRONG} {word.decoded}"


def _folded(content: str) -> tuple[str, str]:
    """The beginning and the rest, parted at a blank where there is one near."""
    if len(content) <= SHOWN * 5 // 4:
        return content, ""
    cut = content.rfind(" ", SHOWN * 3 // 4, SHOWN) + 1 or SHOWN
    return content[:cut], content[cut:]


def _printable(content: str) -> str:
    """Without control characters but line breaks."""
    return "\n".join(
        "".join(letter if letter.isprintable() else "�" for letter in line) for line in content.split("\n")
    )
