"""One claim a file: its sentence, the results that it compares, and how much has to be shown. Each holds a `CLAIM`."""
