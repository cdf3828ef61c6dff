"""Did something get slower, bigger or worse? Judges a candidate against a baseline."""
