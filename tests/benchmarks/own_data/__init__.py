"""Tables, texts and series of the user's own."""
