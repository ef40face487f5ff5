"""What developers and CI run besides aptas itself."""
