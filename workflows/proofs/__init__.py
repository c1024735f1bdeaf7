"""Proofs about procedures: that they can end, what they look like, how long they take."""
