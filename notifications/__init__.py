"""Turns an event into words, in the reader's language, and sends them."""
