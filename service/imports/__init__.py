"""Bringing in what exists already: annual plans and cases kept elsewhere."""
