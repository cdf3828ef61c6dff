"""Tables as people read them: the same view becomes HTML on the page and Markdown beside the CSV file."""
