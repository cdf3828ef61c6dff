"""Adult (census income): who earns more than 50,000 dollars a year, from 14 attributes of persons."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.formats.tables import read_table
from benchmarks.datasets.sources.archives import PipArchive
from benchmarks.datasets.sources.ways import Files

#: Text column -> its categories; "?" is an answer that was not given.
CATEGORIES = {
    "workclass": (
        *("?", "Federal-gov", "Local-gov", "Never-worked", "Private", "Self-emp-inc", "Self-emp-not-inc", "State-gov"),
        "Without-pay",
    ),
    "education": (
        *("Preschool", "1st-4th", "5th-6th", "7th-8th", "9th", "10th", "11th", "12th", "HS-grad", "Some-college"),
        *("Assoc-voc", "Assoc-acdm", "Bachelors", "Masters", "Prof-school", "Doctorate"),
    ),
    "marital-status": (
        *("Divorced", "Married-AF-spouse", "Married-civ-spouse", "Married-spouse-absent", "Never-married"),
        *("Separated", "Widowed"),
    ),
    "occupation": (
        *("?", "Adm-clerical", "Armed-Forces", "Craft-repair", "Exec-managerial", "Farming-fishing"),
        *("Handlers-cleaners", "Machine-op-inspct", "Other-service", "Priv-house-serv", "Prof-specialty"),
        *("Protective-serv", "Sales", "Tech-support", "Transport-moving"),
    ),
    "relationship": ("Husband", "Not-in-family", "Other-relative", "Own-child", "Unmarried", "Wife"),
    "race": ("Amer-Indian-Eskimo", "Asian-Pac-Islander", "Black", "Other", "White"),
    "sex": ("Female", "Male"),
    "native-country": (
        *("?", "Cambodia", "Canada", "China", "Columbia", "Cuba", "Dominican-Republic", "Ecuador", "El-Salvador"),
        *("England", "France", "Germany", "Greece", "Guatemala", "Haiti", "Holand-Netherlands", "Honduras", "Hong"),
        *("Hungary", "India", "Iran", "Ireland", "Italy", "Jamaica", "Japan", "Laos", "Mexico", "Nicaragua"),
        *("Outlying-US(Guam-USVI-etc)", "Peru", "Philippines", "Poland", "Portugal", "Puerto-Rico", "Scotland"),
        *("South", "Taiwan", "Thailand", "Trinadad&Tobago", "United-States", "Vietnam", "Yugoslavia"),
    ),
}

_INCOME = "income-per-year"
_CLASSES = ("<=50K", ">50K")


def _parse(files: Files) -> Data:
    table = read_table(files["adult.csv"], CATEGORIES | {_INCOME: _CLASSES})
    targets = table.pop(_INCOME).cat.codes.to_numpy(np.int64)
    return Data(table, targets, classes=_CLASSES)


DATASET = Dataset(
    name="adult",
    title="Adult (census income)",
    kind="table",
    examples=32_561,
    shape=(14,),
    source="https://archive.ics.uci.edu/dataset/2/adult",
    licence="CC BY 4.0",
    citation=(
        "R. Kohavi. Scaling up the accuracy of naive-Bayes classifiers: a decision-tree hybrid. Proceedings of the "
        "Second International Conference on Knowledge Discovery and Data Mining (KDD-96), 202–207, 1996."
    ),
    size_bytes=3_518_615,
    sha256="024b9cd4e99f252e63e05f23fd3a141f91944c208e60a085c2ac9abc700bc5fe",
    ways=(
        PipArchive(
            requirement="fairness==0.1.8",
            archive="fairness-0.1.8-py3-none-any.whl",
            sha256="7f21cf0943f2a6fef7f7597eb99461bd4b2f7a26fe9810964675496cde6992e1",
            download_bytes=14_216_010,
            members=("fairness/data/raw/adult.csv",),
            needs_old_pip=True,
        ),
    ),
    parse=_parse,
)
