"""Demo people, made through the same commands as real ones."""
