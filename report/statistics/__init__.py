"""The statistics behind the tables: intervals, tests and ratios, each naming its source."""
