"""Composition root of the web application: opens what the settings name and wires it together."""
