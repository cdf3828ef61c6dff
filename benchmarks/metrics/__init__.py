"""How good an answer is: metrics of values, classes and tokens."""
