"""A sentence that knows what it is about, so that a page can show many as a table."""

from typing import Self

from report.text.naming import IMPLEMENTATION_ORDER


class Statement(str):
    """`On digits (CNN, cpu), numpy is the fastest …`, with what stands before the comma as its subject."""

    __slots__ = ("subject", "text")
    subject: str
    text: str

    def __new__(cls, subject: str, text: str) -> Self:
        """A sentence of a subject and of what is said of it."""
        sentence = super().__new__(cls, f"On {subject}, {text}")
        sentence.subject = subject
        named = text.partition(" ")[0].rstrip(",;:") in IMPLEMENTATION_ORDER  # names are written as they are
        sentence.text = text if named else text[:1].upper() + text[1:]
        return sentence
