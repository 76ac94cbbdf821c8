"""What those see who run the program: whether it is well, what it counts, what it logs."""
