"""From raw data to the arrays that networks take, fitted on the training part alone."""
