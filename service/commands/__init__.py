"""What people can do: one function per verb, one transaction each."""

from service.store.work import Once, Work

__all__ = ["Once", "Work"]
