"""The tables: a row is a frozen dataclass whose fields are the columns, in the order of the CSV file."""
