"""Every step an editor can take, declared beside the function that does it; see `stepping`."""
