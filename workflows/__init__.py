"""The pure rules: what a case is and what may happen to it; no database, no network, no clock of its own."""
