"""One's own file as a task: its columns understood, encoded, and given networks and baselines of sensible size."""
