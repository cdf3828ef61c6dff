"""Our results beside published ones: `figures.toml` holds the published, each with its source."""
