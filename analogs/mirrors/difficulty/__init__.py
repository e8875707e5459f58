"""Mirror: can the difficulty of a transformation be told without a search."""
