"""Composition root of the worker: sends notices and lets clocks run out."""
