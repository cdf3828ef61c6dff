"""What a network is, whatever computes it: architectures, initializers, names of activations and cells."""
