"""Mirror: convnet."""
