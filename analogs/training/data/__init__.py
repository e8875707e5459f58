"""Data sets that need no download, and a user's own arrays."""

from analogs.training.data.digits import digits
from analogs.training.data.files import from_file, images_for
from analogs.training.data.points import teacher, two_moons, two_spirals
from analogs.training.data.shapes import shapes
from analogs.training.data.split import Split, divide
from analogs.training.data.textures import textures

__all__ = [
    "Split",
    "digits",
    "divide",
    "from_file",
    "images_for",
    "shapes",
    "teacher",
    "textures",
    "two_moons",
    "two_spirals",
]
