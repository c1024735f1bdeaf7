"""The demo journey: a client that knows only HTTP and a mailbox."""
