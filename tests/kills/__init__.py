"""Real processes, killed where it hurts, started again on the same files, and held to what they had answered."""
