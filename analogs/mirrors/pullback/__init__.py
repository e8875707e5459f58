"""Metrics of a convolutional network: on its transformations by layer, and pulled back on its data."""
