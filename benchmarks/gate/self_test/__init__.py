"""The gate measured by itself, on the machine at hand: how often it is wrong, and what it finds."""
