"""Words: labels in the reader's language."""
