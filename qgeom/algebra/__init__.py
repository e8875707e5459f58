"""Lie algebras in coordinates: Pauli strings, real matrices, named targets."""
