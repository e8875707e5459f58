"""Pooling, deformed images, and the kernel of template matching."""
