"""What the Reconciliation page shows, a module for each of its sections."""
