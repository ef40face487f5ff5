"""The words every room shares: messages, laws, time and identity. Standard library only."""
