"""JSON over HTTP: one router per noun, and one table from refusals to status codes."""

from service.api import (
    acts,
    analyses,
    cases,
    clocks,
    comments,
    consultations,
    deliveries,
    digests,
    documentation,
    documents,
    events,
    instruments,
    links,
    moves,
    national_measures,
    organisations,
    people,
    procedures,
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
    events.router,
    clocks.router,
    comments.router,
    documents.router,
    links.router,
    procedures.router,
    organisations.router,  # /working-groups too
    people.router,
    digests.router,
    deliveries.router,
)
"""Every router under /api/v1, in the order of the documentation."""
