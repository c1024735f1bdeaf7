"""Who is asking: a token or a session becomes an actor."""
