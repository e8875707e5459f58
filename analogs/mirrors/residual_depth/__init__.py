"""Mirror: depth with and without shortcuts: what fails to train, and what the residual form is worth."""
