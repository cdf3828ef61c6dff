"""How it is told: tables, figures and the page, from records alone."""
