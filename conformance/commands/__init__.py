"""The commands of ``tadp``: a module each, which adds its arguments and runs it."""
