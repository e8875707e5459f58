"""Diffeomorphisms: landmarks moved by flows, with the same questions as for circuits."""
