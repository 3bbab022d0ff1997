"""For people at a desk: a folder that is watched, and checked as it fills."""
