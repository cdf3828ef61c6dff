"""The numbers and texts that stored forms and suites may hold: every bound once.

Whole numbers are never read from a text, a fraction or a truth value. They are bounded, since Python's have no limit:
one of 400 digits would only fail later, in whatever first makes a float of it.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

#: Larger than anything that is counted here, and still exact to the last thousand as a float.
LARGEST = 10**18


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds bytes that are not UTF-8; give a name in UTF-8") from None
    return text


#: A count of stored results: examples, parameters, bytes, floating-point operations.
Whole = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
#: A name that is written to files in UTF-8: one of the command line may hold other bytes.
Name = Annotated[str, AfterValidator(_encodable)]
