"""What is read off a metric or a geodesic: curvature, distance, length."""
