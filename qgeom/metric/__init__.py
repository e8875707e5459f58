"""Right-invariant metrics: an inertia on a Lie algebra, and its group."""
