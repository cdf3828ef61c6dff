"""From the files of the text data sets, fabricated small, to their arrays."""

import gzip
import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.datasets import Data, DatasetCorrupt, dataset
from benchmarks.datasets.cmudict import shuffled
from benchmarks.datasets.formats.texts import fields, text_array
from benchmarks.datasets.names import plain
from benchmarks.datasets.sources.ways import Generated
from tests.benchmarks.datasets.samples import sample_dataset, tar_gz
from tests.benchmarks.datasets.test_datasets import load

REVIEWS = "movieReviewSnippets_GroundTruth.txt"


def reviews(lines: str) -> Data:
    packed = tar_gz({f"hutto_ICWSM_2014/{REVIEWS}": lines.encode()})
    return dataset("movie-reviews").parse({"hutto_ICWSM_2014.tar.gz": packed})


def test_reviews_are_positive_or_negative_by_their_mean_rating() -> None:
    data = reviews("1\t2.5\tGreat\r\n2\t-0.1\tToo long, 2 hours\r\n3\t0.0\tA film\r\n4\t0.1\tA\ttab \x85 here\r\n")
    assert np.asarray(data.inputs).tolist() == ["Great", "Too long, 2 hours", "A\ttab \x85 here"]
    assert [data.classes[target] for target in data.targets] == ["positive", "negative", "positive"]


NAMES = """# First names
= Liz Elizabeth$
M  Jörg                      +    1$
F  Ann                            1$
?  Kim                            1$
M  Bo+Ra                          1$
F  Lee                            1$
M  Lee                            1$
F  Jo                             1$
M  Ștefan                         1$
F  Abcdefghijklmno                1$
1M Sasha                          1$
F  Ann                       +    1$
"""


def test_names_are_of_one_sex_and_of_common_letters_and_length() -> None:
    data = dataset("names").parse({"nam_dict.txt": NAMES.encode()})
    named = [
        (name, data.classes[sex]) for name, sex in zip(np.asarray(data.inputs).tolist(), data.targets, strict=True)
    ]
    assert named == [("Jörg", "male"), ("Ann", "female"), ("Bo-Ra", "male"), ("BoRa", "male")]
    assert data.groups is not None
    jorg, ann, hyphened, joined = data.groups.tolist()
    assert hyphened == joined
    assert len({jorg, ann, joined}) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("René", "Rene", True),
        ("Anne-Marie", "ANNEMARIE", True),
        ("D'Arcy", "Darcy", True),
        ("D’Arcy", "Darcy", True),
        ("Strauß", "Strauss", True),
        ("Rene", "Renee", False),
        ("Jon", "John", False),
    ],
)
def test_spellings_of_a_name(one: str, other: str, same: bool) -> None:
    assert (plain(one) == plain(other)) is same


HEADER = "Category\tText\nd\tstring\nclass\t\n\n"


def reuters(train: str, test: str) -> Data:
    files = {"reuters-r8-train.tab": HEADER + train, "reuters-r8-test.tab": HEADER + test}
    return dataset("reuters-r8").parse({name: content.encode() for name, content in files.items()})


def test_reuters_test_part_comes_last() -> None:
    data = reuters("earn\tnet profit \ntrade\timports rose\n", "acq\tbuys stake\n")
    assert np.asarray(data.inputs).tolist() == ["net profit", "imports rose", "buys stake"]
    assert [data.classes[target] for target in data.targets] == ["earn", "trade", "acq"]
    assert data.test_examples == 1


def bible(chapters: int, verses: int) -> bytes:
    verses_of_books = (
        {"book": f"B{c // 10}", "chapter": c, "text": f"{c}:{v}"} for c in range(chapters) for v in range(verses)
    )
    return "\n".join(json.dumps(verse) for verse in verses_of_books).encode()


def test_whole_chapters_of_the_bible_are_held_out_and_all_stay_in_order() -> None:
    data = dataset("king-james-bible").parse({"kjv.jsonl": bible(40, 3)})
    texts = [tuple(map(int, text.split(":"))) for text in np.asarray(data.inputs).tolist()]
    training, test = texts[: -data.test_examples], texts[-data.test_examples :]
    assert len({chapter for chapter, _ in test}) == 4
    assert not {chapter for chapter, _ in training} & {chapter for chapter, _ in test}
    assert training == sorted(training)
    assert test == sorted(test)
    assert len(set(texts)) == 40 * 3
    assert data.classes == ("B0", "B1", "B2", "B3")
    assert data.targets.tolist() == [chapter // 10 for chapter, _ in texts]


def test_the_bibles_test_part_is_a_tenth_and_from_all_over_it() -> None:
    data = load(dataset("king-james-bible"))
    held_out = data.targets[-data.test_examples :]
    assert 0.09 < data.test_examples / len(data.targets) < 0.12
    assert len(np.unique(held_out)) > 40
    text = "\n".join(np.asarray(data.inputs).tolist()) + "\n"
    assert (len(text), len(set(text))) == (4_137_452, 65)


def test_a_word_has_its_pronunciations_without_stress_and_each_once() -> None:
    said = {
        "tomato": [["T", "AH0", "M", "EY1", "T", "OW2"], ["T", "AH0", "M", "AA1", "T", "OW2"]],
        "record": [["R", "EH1", "K", "ER0", "D"], ["R", "AH0", "K", "AO1", "R", "D"], ["R", "EH0", "K", "ER1", "D"]],
        "it's": [["IH1", "T", "S"]],
        "a.": [["EY1"]],
    }
    data = shuffled(said)
    spoken = dict(zip(np.asarray(data.inputs).tolist(), data.targets.tolist(), strict=True))
    assert spoken == {"tomato": "T AH M EY T OW | T AH M AA T OW", "record": "R EH K ER D | R AH K AO R D"}


def test_the_test_part_of_the_dictionary_is_a_tenth_of_shuffled_words() -> None:
    data = shuffled({f"{first}{second}": [["AH0"]] for first in "abcdefghij" for second in "abcdefghij"})
    words = np.asarray(data.inputs).tolist()
    assert data.test_examples == 10
    assert len({word[0] for word in words[-10:]}) > 4
    assert words == np.asarray(shuffled({word: [["AH0"]] for word in sorted(words)}).inputs).tolist()


def test_the_dictionary_has_39_phones() -> None:
    data = load(dataset("cmudict"))
    spoken = [said for each in data.targets.tolist() for said in each.split(" | ")]
    assert len(spoken) == 125_571
    assert len({phone for said in spoken for phone in said.split(" ")}) == 39
    assert len(set(np.asarray(data.inputs).tolist())) == len(data.inputs)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("adult", {"adult.csv": b"age,income-per-year\n"}),
        ("diamonds", {"diamonds.csv": b"carat,cut,color,clarity,x,y,z,price\n"}),
        ("electricity-demand", {"taylor.py": b"rslt = np.array([])"}),
        ("king-james-bible", {"kjv.jsonl": b""}),
        ("letter-recognition", {"letter.dat": b""}),
        ("letter-recognition", {"letter-recognition.data": b"\n"}),
        ("letter-recognition", {"LetterRecognition.rda": b""}),
        ("movie-reviews", {"hutto_ICWSM_2014.tar.gz": tar_gz({f"hutto_ICWSM_2014/{REVIEWS}": b""})}),
        ("names", {"nam_dict.txt": b""}),
        (
            "reuters-r8",
            dict.fromkeys(("reuters-r8-train.tab", "reuters-r8-test.tab"), b"Category\tText\nd\ts\nclass\t\n"),
        ),
        ("sunspots-monthly", {"sunspots.txt.gz": gzip.compress(b"\n")}),
    ],
)
def test_a_file_with_nothing_in_it_is_reported_by_every_data_set(name: str, files: dict[str, bytes]) -> None:
    with pytest.raises(DatasetCorrupt) as caught:
        dataset(name).parse(files)
    assert str(caught.value).isprintable()


def test_a_data_set_of_no_examples_is_none() -> None:
    empty = replace(sample_dataset(Generated()), parse=lambda _: Data(np.empty((0, 2)), np.empty(0, np.int64)))
    with pytest.raises(DatasetCorrupt, match="'sample': examples=3, but the data has 0"):
        empty.load()


@pytest.mark.parametrize(
    ("parse", "wrong"),
    [
        (lambda: reviews("1\tgood\tGreat\n"), "rating that is no number"),
        (lambda: reviews("1\t2.5\n"), "has 2 fields in line 1, expected 3"),
        (lambda: reuters("sport\tgoal\n", "acq\tbuys\n"), "unknown topic 'sport'"),
        (lambda: reuters("earn net\n", "acq\tbuys\n"), "reuters-r8-train.tab has 1 fields in line 5, expected 2"),
        (lambda: dataset("names").parse({"nam_dict.txt": b"# nothing\n"}), "nam_dict.txt has no names"),
        (lambda: dataset("names").parse({"nam_dict.txt": "F  Zoë\n".encode("latin-1")}), "is not text in UTF-8"),
        (lambda: dataset("king-james-bible").parse({"kjv.jsonl": b'{"text": "In'}), "a line that is no verse"),
        (lambda: dataset("king-james-bible").parse({"kjv.jsonl": b'{"text": "In"}'}), "a line that is no verse"),
        (lambda: dataset("king-james-bible").parse({"kjv.jsonl": b"[]"}), "a line that is no verse"),
        (lambda: dataset("sunspots-monthly").parse({"sunspots.txt.gz": b"58.0"}), "is no whole gzip file"),
        (lambda: dataset("electricity-demand").parse({"taylor.py": b"import numpy"}), "has no list of numbers"),
    ],
)
def test_a_file_that_is_not_as_expected_is_reported(parse: object, wrong: str) -> None:
    with pytest.raises(DatasetCorrupt) as caught:
        parse()  # type: ignore[operator]  # a table of functions
    assert wrong in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lines_end_only_at_line_ends() -> None:
    assert fields("a\tb\u2028c\r\nd\te\x0bf\n".encode(), "file", count=2) == [["a", "b\u2028c"], ["d", "e\x0bf"]]


def test_texts_keep_their_blanks_and_take_their_own_room() -> None:
    texts = text_array(["a ", "", "é" * 10_000])
    assert texts.tolist() == ["a ", "", "é" * 10_000]
    assert texts.nbytes < 1_000


def test_series_are_read_in_order() -> None:
    data = dataset("sunspots-monthly").parse({"sunspots.txt.gz": gzip.compress(b" 58.0  62.6\n 70.0\n")})
    assert np.asarray(data.inputs).tolist() == [[58.0], [62.6], [70.0]]
    data = dataset("electricity-demand").parse({"taylor.py": b"x = 3\nrslt = np.array([\n 22262, 21756,\n 22247]).as"})
    assert data.targets.tolist() == [[22262.0], [21756.0], [22247.0]]


def test_the_demand_for_electricity_repeats_itself_by_the_week() -> None:
    demand = load(dataset("electricity-demand")).targets[:, 0]
    errors = {lag: np.abs(demand[lag:] - demand[:-lag]).mean() for lag in (1, 48, 335, 336, 337)}
    assert min(errors, key=lambda lag: errors[lag]) == 336
    assert all(later > 0 for _, later in pairwise(demand))
