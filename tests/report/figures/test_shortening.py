"""Shorter SVG: positions lose digits that nobody sees, in attributes of tags alone."""

from report.figures.shortening import shortened


def test_positions_are_to_a_hundredth_and_paths_without_blanks() -> None:
    svg = '<path d="M 1.234567 2.000000 \nL 30.555555 -0.001000 z" style="stroke-width: 1.2345"/>'
    assert shortened(svg) == '<path d="M1.23 2L30.56 -0 z" style="stroke-width: 1.2345"/>'
    assert shortened('<g transform="translate(10.123456 7)"/>') == '<g transform="translate(10.12 7)"/>'


def test_a_text_that_looks_like_an_attribute_stays() -> None:
    svg = '<text x="1.23456">d="1.23456 " x="7.77777"</text>'
    assert shortened(svg) == '<text x="1.23">d="1.23456 " x="7.77777"</text>'
