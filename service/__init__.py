"""The service: HTTP, pages, commands, storage and the wiring between them."""
