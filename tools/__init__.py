"""What a developer and CI run beside aptas: migrations written, real engines started and stopped."""
