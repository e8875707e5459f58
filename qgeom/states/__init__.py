"""States: the metric that a group metric induces on projective space, and its geodesics."""
