"""What people can read: frozen read models, each asked for by an actor."""

from sqlalchemy import Connection

__all__ = ["Connection"]
