"""Mirror: what the activation function does to curvature, gradients and approximation."""
