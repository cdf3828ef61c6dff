"""One module a kind of figure, each with its `KIND`: adding a module adds its figures to every report."""
