"""Mirrors: one folder a family, each with its model, experiments and claims."""
