"""How the database came to be as it is: one numbered step after the other, up and down, on both engines."""
