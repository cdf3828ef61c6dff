"""Tables as a page shows them: columns, cells, marks."""
