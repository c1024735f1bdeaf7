"""Translated labels for pages, API and command line, in Dutch, French, German and English."""
