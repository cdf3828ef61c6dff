"""What is stored of a run, and the files it is stored in."""
