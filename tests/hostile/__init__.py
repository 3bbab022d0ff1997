"""Input that nobody's tool writes, and a world in which things fail."""
