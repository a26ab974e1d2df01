"""What the Outlook page shows beside its charts: heading, scenario, and what the charts need."""
