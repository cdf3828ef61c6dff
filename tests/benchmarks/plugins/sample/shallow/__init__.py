"""A network with one hidden layer, three times."""
