"""Where data files come from: packages, archives, downloads, the cache."""
