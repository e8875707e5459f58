"""Mirror: Fisher-Rao metric."""
