"""The construction of Nielsen's theorem: project, slice, product formula, each with its error bound."""
