"""The figures: plain data planned from records in one module a kind, drawn as SVG and PNG in processes of their own."""
