"""Mirror: the Fisher-Rao metric."""
