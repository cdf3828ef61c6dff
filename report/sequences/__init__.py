"""What sequence networks leave beside their metrics: texts, decoded words, attention, gradients of hidden states."""
