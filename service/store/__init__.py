"""Keeping things: tables, connections, the one commit, the chain of events."""
