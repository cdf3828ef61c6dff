"""`python -m report.publishing` rebuilds everything published."""

from report.publishing.rebuilding import main

main()
