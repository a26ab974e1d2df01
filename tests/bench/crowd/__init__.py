"""What many viewers at once cost the server, and how long each of them waits."""
