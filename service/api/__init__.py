"""JSON over HTTP: one router per noun, and one table from refusals to status codes."""

from service.api import documentation, signing_in

ROUTERS = (
    documentation.router,
    signing_in.router,  # /token /me
)
"""Every router under /api/v1, in the order of the documentation."""
