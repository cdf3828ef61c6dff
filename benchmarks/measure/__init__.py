"""What a worker process does: train and evaluate, time, or measure the machine's peak."""
