"""Neural networks from first principles, in NumPy alone."""
