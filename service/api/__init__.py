"""JSON over HTTP: one router per noun, and one table from refusals to status codes."""

from service.api import (
    acts,
    analyses,
    cases,
    consultations,
    digests,
    documentation,
    instruments,
    moves,
    national_measures,
    signing_in,
)

ROUTERS = (
    documentation.router,
    signing_in.router,  # /token /me
    cases.router,
    moves.router,
    acts.router,
    analyses.router,
    consultations.router,
    instruments.router,
    national_measures.router,
    digests.router,
)
"""Every router under /api/v1, in the order of the documentation."""
