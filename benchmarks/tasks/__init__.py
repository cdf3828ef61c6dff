"""What is learned: one file a task, a data set with the networks and recipes that are tried on it."""
