"""Mirror: a shortcut that is not the identity, and the residual function that has to make up for it."""
