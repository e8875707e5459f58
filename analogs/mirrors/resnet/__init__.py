"""Mirror: resnet."""
