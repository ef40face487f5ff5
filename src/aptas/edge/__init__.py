"""The HTTP edge that every room shares: HAL, paging, problems, live updates, health."""
