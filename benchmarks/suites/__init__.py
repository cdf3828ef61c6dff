"""Suites: TOML files that say which tasks, implementations and devices are run, and how thoroughly."""

from benchmarks.suites.reading import SuiteError, read_suite, suite_names
from benchmarks.suites.suite import LongTasks, Suite, TimingPlan, TuningPlan

__all__ = ["LongTasks", "Suite", "SuiteError", "TimingPlan", "TuningPlan", "read_suite", "suite_names"]
