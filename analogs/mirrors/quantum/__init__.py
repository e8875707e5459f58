"""Mirror: quantum."""
