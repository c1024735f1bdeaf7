"""Taking over an annual plan or an old register from a file, item by item."""
