"""Geodesics: initial value, boundary value, closed forms, continuation."""
