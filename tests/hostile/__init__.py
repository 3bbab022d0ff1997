"""Input that no one's tool writes, and a world in which things fail."""
