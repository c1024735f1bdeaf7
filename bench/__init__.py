"""Measurements: how fast, against hand-written equivalents in the same run."""
