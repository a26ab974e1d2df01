"""What the Editions page shows, a module for each of its sections."""
