"""Sentences about the results. Each is computed from records and carries the statistic that allows it."""

from report.insights.writing import Insights, write_insights

__all__ = ["Insights", "write_insights"]
