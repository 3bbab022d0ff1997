"""A profile shown, and two profiles compared, for people to read."""
