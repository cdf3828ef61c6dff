"""The figures: one function a figure, from records to an SVG that is the same byte for byte for the same records."""

from report.figures.catalogue import Figures, draw_figures

__all__ = ["Figures", "draw_figures"]
