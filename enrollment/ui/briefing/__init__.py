"""What the Briefing page shows: what to tell, a look at each slide, presenting, and files to take along."""
