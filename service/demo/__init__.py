"""A demonstration: people to sign in as, and a journey from filing to decision."""
