"""How smoothly curvature changes along a network, with and without shortcuts."""
