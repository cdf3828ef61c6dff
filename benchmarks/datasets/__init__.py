"""Real data: one file a data set, each saying where it comes from, under which licence, and how it is checked."""
