"""Mirror: how far a network of few or short layers can reach."""
