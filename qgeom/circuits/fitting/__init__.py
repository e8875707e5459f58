"""Circuits by numerical optimisation: templates with free angles, their fit, pruning and search."""
