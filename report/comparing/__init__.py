"""Two runs beside each other: what is judged, by which statistics, and what is said of it."""
