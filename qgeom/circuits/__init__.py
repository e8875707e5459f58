"""From a unitary or a geodesic to a circuit with a measured error."""
