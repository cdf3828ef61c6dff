"""Studies: one section each, a table and figures of its variants, from its records alone."""
