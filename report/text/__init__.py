"""Names, numbers and phrases as readers see them."""
