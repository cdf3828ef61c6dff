"""Figures within the page: what a name says never becomes an attribute, a style rule or a reference."""

import io

import matplotlib.pyplot as plt

from report.page.inlining import inline_svg

HOSTILE = 'x" style="}body{display:none}" id="a" d="1.23456 '


def drawn(text: str, inches: tuple[float, float] = (6.4, 4.8)) -> str:
    out = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none"}):
        figure, axes = plt.subplots(figsize=inches)
        axes.set_title(text)
        figure.savefig(out, format="svg")
    plt.close(figure)
    return out.getvalue()


def test_a_name_that_looks_like_attributes_stays_text() -> None:
    inlined = str(inline_svg(drawn(HOSTILE), HOSTILE, 1))
    sheet = inlined.partition("<style")[2].partition("</style>")[0]
    assert "display:none" not in sheet
    assert f">{HOSTILE}</text>" in inlined
    assert "body{display:none}&#34;" in inlined.partition(">")[0]


def test_attributes_of_tags_are_still_renamed_and_styles_collected() -> None:
    inlined = str(inline_svg(drawn("plain"), "alternative", 7))
    assert ' style="' not in inlined
    assert 'class="f7-0"' in inlined
    assert "url(#figure-7-" in inlined or 'href="#figure-7-' in inlined
    assert 'id="axes_1"' not in inlined


def test_only_a_figure_that_no_printed_page_could_hold_may_go_over_several() -> None:
    assert ' class="tall"' not in str(inline_svg(drawn("as wide as high", (4, 5)), "alternative", 1)).partition(">")[0]
    assert ' class="tall"' in str(inline_svg(drawn("many panels", (4, 12)), "alternative", 1)).partition(">")[0]
