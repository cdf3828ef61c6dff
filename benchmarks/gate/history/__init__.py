"""One line of results for each commit, and the commits at which they changed."""
