"""The report: tables, figures, sentences and the page, all computed from stored records."""
